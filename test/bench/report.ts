import { writeFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import type { Pair } from './measure.js';
import { median, noise } from './statistics.js';

/** What the replaced script sleeps in any case. */
const FIXED_SLEEPS = 10;

/** The measurements as Markdown. */
export function reportOf(pairs: readonly Pair[]): string {
  const script = pairs.map((pair) => pair.script);
  const promote = pairs.map((pair) => pair.promote);
  const ratio = median(promote) / median(script);
  const ratioAwake = median(promote) / (median(script) - FIXED_SLEEPS);
  const kernel = release().split('.', 2).join('.');
  const cells = (name: string, values: readonly number[]) =>
    `| ${name} | ${values.map((value) => value.toFixed(1)).join(', ')} | ${median(values).toFixed(1)} | ${percent(noise(values))} |`;
  return `# Deploy script and promote, on the same Pods

engine-ops, 2 replicas with their default probes, "yes" on stdin. The script is [seed-deploy.sh](seed-deploy.sh); promote is
\`kubectl bluegreen promote engine-ops\`. Run in turn, each after all Pods of the run before were gone.

| what | seconds of each run | median | noise (range / median) |
| --- | --- | --- | --- |
${cells('script', script)}
${cells('promote', promote)}

promote takes ${percent(ratio)} of the script's time (the target is less than half); ${percent(ratioAwake)} if the script did not sleep its fixed ${FIXED_SLEEPS} s.

Measured by \`npm run bench -- --pairs=${pairs.length} --write\` with ${availableParallelism()} cores, Linux ${kernel}, Node ${process.version}, on the test cluster.
`;
}

export function writeReport(text: string): void {
  writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text);
}

const percent = (part: number) => `${Math.round(part * 100)} %`;
