import { optionsHelp } from '../../invocation/help.js';
import type { Invocation } from '../../invocation/invocation.js';

export async function run({ stdout }: Invocation): Promise<number> {
  stdout.write(`${optionsHelp()}\n`);
  return 0;
}
