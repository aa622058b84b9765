/**
 * Measures the plugin beside what users would pick instead, in turn, on the test cluster.
 *
 *     npm run bench -- --only=start,synth --runs=10 --write
 */
import { parseArgs } from 'node:util';
import { up } from '../cluster/up.js';
import { type Result, reportOf, writeReport } from './report.js';
import { SECTIONS } from './sections/index.js';

const LEAST_RUNS = 3;
const all = SECTIONS.map(({ name }) => name);

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    /** Sections, by name, separated by commas. */
    only: { type: 'string', default: all.join(',') },
    /** Also write them into RESULTS.md. */
    write: { type: 'boolean', default: false },
  },
});
const refuse = (message: string): never => {
  console.error(`error: ${message}`);
  process.exit(2);
};
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < LEAST_RUNS) refuse(`--runs ${values.runs}: want ${LEAST_RUNS} or more`);
const names = values.only.split(',');
for (const name of names) if (!all.includes(name)) refuse(`--only ${name}: want one of ${all.join(', ')}`);

await up();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Error(`ended by ${signal}`)));
const results: Result[] = [];
for (const section of SECTIONS.filter(({ name }) => names.includes(name))) {
  const progress = (text: string) => console.error(`${section.name}: ${text}`);
  try {
    results.push({ section, ...(await section.measure({ runs, signal: stop.signal, progress })) });
  } catch (error) {
    // What the other sections measured is worth as much without this one.
    progress(`failed: ${(error as Error).stack}`);
    results.push({ section, how: `Not measured: ${(error as Error).message}`, rows: [] });
    process.exitCode = 1;
  }
  if (stop.signal.aborted) break;
}
process.stdout.write(reportOf(results, runs));
if (values.write) writeReport(results, runs);
// What a section has started may outlive it for a moment.
process.exit();
