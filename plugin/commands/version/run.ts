import type { Invocation } from '../../invocation/invocation.js';

export async function run({ stdout }: Invocation): Promise<number> {
  // Set by the build from package.json.
  stdout.write(`kubectl-bluegreen ${process.env.BLUEGREEN_VERSION ?? '(source)'}\n`);
  return 0;
}
