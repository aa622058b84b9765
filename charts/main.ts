/** What `cdk8s synth` runs: every spec in charts/releases/ -> $CDK8S_OUTDIR. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError, SpecError, synthesize } from './index.js';

const RELEASES = 'charts/releases';

try {
  const specs = readdirSync(RELEASES).filter((file) => /\.ya?ml$/.test(file));
  synthesize(
    specs.sort().map((file) => join(RELEASES, file)),
    process.env.CDK8S_OUTDIR ?? 'dist',
    { warn: (message) => process.stderr.write(`warning: ${message}\n`) },
  );
} catch (error) {
  if (!(error instanceof SpecError || error instanceof OutputError)) throw error;
  for (const line of error.message.split('\n')) process.stderr.write(`error: ${line}\n`);
  process.exitCode = 2;
}
