import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkSynthesized, OutputError, SpecError, synthesize } from '../../../charts/index.js';
import { RefusedError, UsageError } from '../../core/errors.js';
import { printable } from '../../core/text.js';
import { booleanFlag, type Invocation, listFlag, stringFlag } from '../../invocation/invocation.js';

const RELEASES = join('charts', 'releases');

export async function run(invocation: Invocation): Promise<number> {
  const named = invocation.args.length > 0;
  const specs = named ? [...invocation.args] : ownSpecs();
  // Who names a spec means that release; without a name the folder is to be what this checkout describes.
  const environments = listFlag(invocation, 'environment');
  const warn = (message: string) => invocation.stderr.write(`warning: ${printable(message)}\n`);
  const options = { keepOtherReleases: named, warn, ...(environments.length > 0 && { environments }) };
  const outdir = stringFlag(invocation, 'output-dir') ?? 'dist';
  try {
    if (!booleanFlag(invocation, 'check')) {
      for (const file of synthesize(specs, outdir, options)) invocation.stdout.write(`${file}\n`);
      return 0;
    }
    const stale = checkSynthesized(specs, outdir, options);
    if (stale.length === 0) return 0;
    throw new RefusedError(
      `not as the specs synthesize: ${stale.join(', ')}\nrun "kubectl bluegreen synth" and commit ${outdir}/`,
    );
  } catch (error) {
    if (error instanceof SpecError || error instanceof OutputError)
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function ownSpecs(): string[] {
  try {
    const specs = readdirSync(RELEASES).filter((name) => /\.ya?ml$/.test(name));
    if (specs.length > 0) return specs.sort().map((name) => join(RELEASES, name));
  } catch {
    // No such folder: the message below says what was looked for.
  }
  throw new UsageError(`no release spec given, and none in ${RELEASES}/`);
}
