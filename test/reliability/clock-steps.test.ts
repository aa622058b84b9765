import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { endAll, type Running, start } from '../e2e/support/running.js';
import { counter } from './support/counted.js';
import type { Exchange, Fault } from './support/faults.js';
import { startFaultyServer } from './support/faulty-server.js';
import { type WallClock, wallClock } from './support/wall-clock.js';

jest.setTimeout(120_000);

const HOUR_MS = 3_600_000;
/** What a run may take besides the wait that is measured, on a machine that does other things too. */
const SLACK_MS = 10_000;
/** What a wait may have lasted already when it is seen to have begun. */
const LEAD_MS = 4000;

const NO_ENDPOINTS: Fault = {
  kind: 'answer',
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    kind: 'EndpointSliceList',
    apiVersion: 'discovery.k8s.io/v1',
    metadata: { resourceVersion: '1' },
    items: [],
  }),
};

const count = counter('clock-steps', {
  place: 1,
  promise:
    'the machine’s clock set an hour back or ahead in the middle of a wait, a soak, an overlap, a drain, a proof',
  unit: 'runs that ended at their time, or at once by SIGINT',
});

let release: TestRelease;
let clock: WallClock;

beforeAll(async () => {
  release = await createRelease('clock', { replicas: 1 });
  clock = wallClock();
  await release.install();
});
beforeEach(() => clock.set(0));
afterEach(endAll);
afterAll(async () => {
  clock?.remove();
  await release?.remove();
});

const begin = (verb: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Running =>
  start(['kubectl', 'bluegreen', verb, 'shop', '-n', release.namespace, ...args], { ...clock.env, ...env });

const other = async () => ((await release.activeColor()) === 'blue' ? 'green' : 'blue');

interface Wait {
  readonly verb: string;
  /** For a wait of so many seconds. */
  readonly args: (seconds: number) => Promise<readonly string[]>;
  /** What the run says when it has come to the wait. */
  readonly says: string;
  /** Of a run that is left alone. */
  readonly exitCode: number;
}

const WAITS: Readonly<Record<string, Wait>> = {
  'a wait for Pods': {
    verb: 'deploy',
    // Its Pods never get ready.
    args: async (seconds) => ['--version=v0.5.0', `--timeout=${seconds}s`],
    says: 'is not ready: 0 of 1',
    exitCode: 3,
  },
  'a soak': {
    verb: 'promote',
    args: async (seconds) => ['--yes', `--to=${await other()}`, `--soak=${seconds}s`],
    says: '• watch',
    exitCode: 0,
  },
  'an overlap': {
    verb: 'promote',
    args: async (seconds) => [
      '--yes',
      `--to=${await other()}`,
      '--soak=0s',
      '--switch=overlap',
      `--overlap=${seconds}s`,
    ],
    says: 'both colors stay',
    exitCode: 0,
  },
  'a drain': {
    verb: 'cleanup',
    async args(seconds) {
      // Both colors have their Pod, and traffic moved right now.
      expect(await release.bluegreen('promote', ['--yes', `--to=${await other()}`, '--soak=0s'])).toExitWith(0);
      return [`--after=${seconds}s`];
    },
    says: 'to wait',
    exitCode: 0,
  },
};
const STEPS = [
  ['back', -HOUR_MS],
  ['ahead', HOUR_MS],
] as const;
const SECONDS = 8;

describe.each(Object.entries(WAITS))('%s', (_, { verb, args, says, exitCode: wanted }) => {
  test.each(STEPS)('ends at its time although the clock is set an hour %s meanwhile', (_direction, step) =>
    count(async () => {
      const run = begin(verb, await args(SECONDS));
      await run.until(says, () => run.err().includes(says));
      const started = performance.now();
      clock.set(step);
      const exitCode = await run.ended();
      const elapsed = performance.now() - started;
      expect({ exitCode, stderr: run.err() }).toExitWith(wanted);
      // A drain counts from the switch, some seconds ago.
      expect(elapsed).toBeGreaterThan(SECONDS * 1000 - LEAD_MS);
      expect(elapsed).toBeLessThan(SECONDS * 1000 + SLACK_MS);
    }),
  );

  test('ends at once by SIGINT after the clock was set back', () =>
    count(async () => {
      const run = begin(verb, await args(600));
      await run.until(says, () => run.err().includes(says));
      clock.set(-HOUR_MS);
      const started = performance.now();
      expect({ exitCode: await run.end('SIGINT'), stderr: run.err() }).toExitWith(130);
      expect(performance.now() - started).toBeLessThan(SLACK_MS);
    }));
});

test('a drain from a record of a clock that was ahead waits the whole time, and says so', () =>
  count(async () => {
    clock.set(HOUR_MS);
    const moving = begin('promote', ['--yes', `--to=${await other()}`, '--soak=0s']);
    expect({ exitCode: await moving.ended(), stderr: moving.err() }).toExitWith(0);
    clock.set(0);
    const started = performance.now();
    const run = begin('cleanup', [`--after=${SECONDS}s`]);
    expect({ exitCode: await run.ended(), stderr: run.err() }).toExitWith(0);
    expect(run.err()).toMatch(
      /warning: service "shop-active" says that traffic moved \d+s after this machine's present time/,
    );
    const elapsed = performance.now() - started;
    expect(elapsed).toBeGreaterThan(SECONDS * 1000);
    expect(elapsed).toBeLessThan(SECONDS * 1000 + SLACK_MS);
  }));

test('a proof that does not come to its end ends at once by SIGINT after the clock was set back', () =>
  count(async () => {
    const server = await startFaultyServer();
    let isSwitched = false;
    server.interfere({
      fault: ({ method, path, body }: Exchange) => {
        // The idle color is raised behind a fence on the same Service.
        isSwitched ||= method === 'PATCH' && path.includes('/services/shop-active') && body.includes('selector');
        // Nobody is behind the Service, as far as the run can see.
        return isSwitched && path.includes('/endpointslices') ? NO_ENDPOINTS : undefined;
      },
    });
    try {
      const run = begin('promote', ['--yes', `--to=${await other()}`, '--soak=0s'], server.env);
      await run.until('the proof', () => run.err().includes('• prove'));
      clock.set(-HOUR_MS);
      const started = performance.now();
      expect({ exitCode: await run.end('SIGINT'), stderr: run.err() }).toExitWith(130);
      expect(performance.now() - started).toBeLessThan(SLACK_MS);
    } finally {
      await server.stop();
    }
  }));
