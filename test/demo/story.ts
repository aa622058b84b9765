import { type Load, startServiceLoad } from '../load/start.js';
import { chapter, observed, seconds, wrong } from './account.js';
import { type Ran, show } from './command.js';
import { watchReadiness } from './readiness.js';
import { expectTraffic, expectTrafficUntouched, UnexpectedError } from './traffic.js';

/** What the demo promises to show; each is true only when it was observed. */
export interface Result {
  promoted: boolean;
  refusedBroken: boolean;
  rolledBack: boolean;
  requests: number;
  failed: number;
  promoteSeconds: number;
}

const RELEASE = 'engine-ops';
const REFUSED = 3;
const OVERHEAD_LIMIT_MS = 2_000;

/**
 * Deploys, promotes, is refused, rolls back, under load; notes in `result` what it observes as it goes.
 *
 * @throws UnexpectedError when something is not as it must be
 */
export async function tell(result: Result, namespace: string, signal: AbortSignal): Promise<void> {
  const bluegreen = (verb: string, flags: string, answer?: string) =>
    show(`kubectl bluegreen ${verb} ${RELEASE} ${flags}--namespace ${namespace}`, signal, answer);

  chapter('Version v0.1.0 on blue');
  expectExit(await bluegreen('deploy', '-f dist/ '), 0);
  const load = await startServiceLoad(namespace, `${RELEASE}-active`, { pauseMs: 10 });
  try {
    observed(`a load on service/${RELEASE}-active begins: 4 clients that connect anew each time, 4 that keep alive`);
    await expectTraffic(load, 'blue v0.1.0');

    chapter('Promote v0.2.0 to green');
    await promote(result, namespace, () => bluegreen('promote', '-f dist/ --version v0.2.0 ', 'yes'));
    await expectTraffic(load, 'green v0.2.0');
    result.promoted = true;

    chapter('Promote v0.3.0, which is broken: its Pods become ready, but /api/v1/health answers 500');
    await expectTrafficUntouched(load, 'green v0.2.0', async () => {
      const flags = '-f dist/ --version v0.3.0 --check-retries=2 --check-interval=1s ';
      expectExit(await bluegreen('promote', flags, 'yes'), REFUSED);
    });
    result.refusedBroken = true;

    chapter('Roll back to blue, which has been given back v0.1.0');
    expectExit(await bluegreen('rollback', ''), 0);
    await expectTraffic(load, 'blue v0.1.0');
    result.rolledBack = true;
  } finally {
    await endLoad(load, result);
  }
}

/** Runs the promotion and tells how much longer it took than the Pods needed. */
async function promote(result: Result, namespace: string, run: () => Promise<Ran>): Promise<void> {
  const watch = await watchReadiness(namespace, `app=${RELEASE},version=green`);
  try {
    const { ms, startedAt, ...ran } = await run();
    result.promoteSeconds = Math.round(ms / 10) / 100;
    expectExit(ran, 0);
    const { pods, firstSeen, lastReady } = watch.of(`${RELEASE}:v0.2.0`);
    const overhead = startedAt + ms - lastReady;
    observed(`promote took ${seconds(ms)}; ${pods} new Pods, the first seen after ${seconds(firstSeen - startedAt)}`);
    observed(`the last was ready after ${seconds(lastReady - startedAt)}: promote's overhead is ${seconds(overhead)}`);
    if (overhead >= OVERHEAD_LIMIT_MS)
      wrong(`on a quiet machine the overhead is less than ${seconds(OVERHEAD_LIMIT_MS)}`);
  } finally {
    await watch.stop();
  }
}

async function endLoad(load: Load, result: Result): Promise<void> {
  const { requests, failed, failures, keepAlive, newConnections } = await load.stop();
  Object.assign(result, { requests, failed });
  chapter('The load ends');
  observed(`${requests} requests, ${newConnections} on new and ${keepAlive} on kept connections; ${failed} failed`);
  for (const failure of failures) wrong(failure);
}

function expectExit({ exitCode }: Pick<Ran, 'exitCode'>, wanted: number): void {
  if (exitCode !== wanted) throw new UnexpectedError(`want exit code ${wanted}, got ${exitCode}`);
  observed(`exit code ${exitCode}${wanted === REFUSED ? ': refused before the switch' : ''}`);
}
