/**
 * Measures the deploy script that this project replaces and `kubectl bluegreen promote` on the same Pods, in turn.
 *
 *     npm run bench -- --pairs=5 --write
 */
import { parseArgs } from 'node:util';
import { up } from '../cluster/up.js';
import { createNamespace, deleteNamespace } from '../demo/namespace.js';
import { measurePair, type Pair, prepare } from './measure.js';
import { reportOf, writeReport } from './report.js';

const NAMESPACE = 'bluegreen-bench';
const LEAST_PAIRS = 3;

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: String(LEAST_PAIRS) },
    /** Also write RESULTS.md. */
    write: { type: 'boolean', default: false },
  },
});
const wanted = Number(values.pairs);
if (!Number.isInteger(wanted) || wanted < LEAST_PAIRS) {
  console.error(`error: --pairs ${values.pairs}: want ${LEAST_PAIRS} or more`);
  process.exit(2);
}

await up();
await createNamespace(NAMESPACE);
const pairs: Pair[] = [];
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Error(`ended by ${signal}`)));
try {
  await prepare(NAMESPACE, stop.signal);
  for (let n = 0; n < wanted; n++) {
    const pair = await measurePair(NAMESPACE, n, stop.signal);
    pairs.push(pair);
    console.error(
      `pair ${n + 1} of ${wanted}: script ${pair.script.toFixed(1)} s, promote ${pair.promote.toFixed(1)} s`,
    );
  }
} finally {
  await deleteNamespace(NAMESPACE);
}
const report = reportOf(pairs);
process.stdout.write(report);
if (values.write) writeReport(report);
