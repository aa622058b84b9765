/**
 * Measures a blue/green release and a rolling update of the same Pods under the same load: the table of docs/benchmarks.md.
 *
 *     npm run bench:comparison
 */
import { up } from '../cluster/up.js';
import { quietly } from '../demo/command.js';
import { createNamespace, deleteNamespace } from '../demo/namespace.js';
import { during, type Observed } from './during.js';
import { installRolling, ROLLING } from './rolling.js';

const NAMESPACE = 'bluegreen-comparison';
const GOOD = 'v0.2.0';
/** Its Pods are ready, but its health path answers 500. */
const BROKEN = 'v0.3.0';

interface Measured {
  readonly released: Observed;
  readonly rolledBack: Observed;
  readonly broken: Observed;
}

const inNamespace = (line: string) => `${line} --namespace ${NAMESPACE}`;

async function blueGreen(): Promise<Measured> {
  const of = { service: 'engine-ops-active', selector: 'deployment-type=blue-green' };
  const promote = (version: string, flags = '') =>
    inNamespace(`kubectl bluegreen promote engine-ops --version ${version} --yes${flags}`);
  await quietly(inNamespace('kubectl bluegreen deploy engine-ops -f dist/'));
  return {
    released: await during(NAMESPACE, { ...of, version: GOOD }, [{ line: promote(GOOD) }]),
    rolledBack: await during(NAMESPACE, { ...of, version: GOOD }, [
      { line: inNamespace('kubectl bluegreen rollback engine-ops') },
    ]),
    broken: await during(NAMESPACE, { ...of, version: BROKEN }, [
      { line: promote(BROKEN, ' --check-retries 2 --check-interval 1s'), exitCode: 3 },
    ]),
  };
}

async function rolling(): Promise<Measured> {
  const of = { service: ROLLING, selector: `app=${ROLLING}` };
  const status = { line: inNamespace(`kubectl rollout status deployment/${ROLLING} --timeout 300s`) };
  const release = (version: string) => [
    { line: inNamespace(`kubectl set image deployment/${ROLLING} engine-ops=engine-ops:${version}`) },
    status,
  ];
  const undo = [{ line: inNamespace(`kubectl rollout undo deployment/${ROLLING}`) }, status];
  await installRolling(NAMESPACE);
  return {
    released: await during(NAMESPACE, { ...of, version: GOOD }, release(GOOD)),
    rolledBack: await during(NAMESPACE, { ...of, version: GOOD }, undo),
    // Whoever looks at the health path as soon as the rollout is complete, and undoes it at once.
    broken: await during(NAMESPACE, { ...of, version: BROKEN }, [...release(BROKEN), ...undo]),
  };
}

function table(left: Measured, right: Measured): string {
  const seconds = (value: number) => `${value.toFixed(1)} s`;
  const rows: [string, (measured: Measured) => string][] = [
    ['release of a version, until all traffic is on it', ({ released }) => seconds(released.switchedAfterSeconds)],
    ['of that, both versions answer', ({ released }) => seconds(released.mixedSeconds)],
    ['most Pods at once, for 2 replicas', ({ released }) => String(released.mostPods)],
    [
      'rollback, until all traffic is on the version before',
      ({ rolledBack }) => seconds(rolledBack.switchedAfterSeconds),
    ],
    ['new connections that a broken version answered', ({ broken }) => String(broken.reached)],
    [
      'failed requests, of all',
      ({ released, rolledBack, broken }) => {
        const all = [released, rolledBack, broken];
        const sum = (key: 'failed' | 'requests') => all.reduce((total, seen) => total + seen[key], 0);
        return `${sum('failed')} of ${sum('requests')}`;
      },
    ],
  ];
  const lines = rows.map(([what, cell]) => `| ${what} | ${cell(left)} | ${cell(right)} |`);
  return ['| | blue/green | rolling update |', '| --- | --- | --- |', ...lines].join('\n');
}

await up();
await createNamespace(NAMESPACE);
try {
  const left = await blueGreen();
  console.error(JSON.stringify(left));
  const right = await rolling();
  console.error(JSON.stringify(right));
  console.log(table(left, right));
} finally {
  await deleteNamespace(NAMESPACE);
}
