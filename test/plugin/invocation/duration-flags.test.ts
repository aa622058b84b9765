import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CommandCheck, HttpCheck } from '../../../charts/policy.js';
import { tryOften } from '../../../plugin/checks/attempts.js';
import { probe } from '../../../plugin/checks/probe.js';
import { runCommands } from '../../../plugin/checks/run-commands.js';
import { tryTcp } from '../../../plugin/checks/tcp.js';
import { verifyPods } from '../../../plugin/checks/verify.js';
import { readLogArguments } from '../../../plugin/commands/logs/request.js';
import { readOverrides } from '../../../plugin/invocation/arguments.js';
import { connectHttp } from '../../../plugin/kube/http.js';
import { watchColor } from '../../../plugin/steps/actions/soak/watch.js';
import { waitRollout } from '../../../plugin/steps/actions/wait.js';
import { pod, service, stateOf } from '../cluster-objects.js';
import { duration } from '../durations.js';
import { fakeRun } from '../fake-run.js';
import { invocationOf } from '../invocation.js';

const NEVER = new AbortController().signal;
const RUNS = { numRuns: 40 };
/** What answers at once is in time, unless there is none. */
const ENOUGH_SECONDS = 5;

const CHECK: HttpCheck = {
  name: 'health',
  path: '/',
  status: [200],
  timeoutSeconds: 10,
  retries: 1,
  intervalSeconds: 1,
};

const server = createServer((_, response) => response.end('ok'));
const agent = new Agent({ keepAlive: true });
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  agent.destroy();
  server.closeAllConnections();
  server.close();
});

const overrides = (flag: string, text: string) => readOverrides(invocationOf(['shop'], { [flag]: text }));

/** Tries a flag's value, in seconds, for every duration that takes long enough. */
const forEvery = (flag: string, key: string, hold: (seconds: number) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(duration, async (text) => {
      fc.pre(Number(text) !== 0 && !/^[0.smh]*$/.test(text));
      const seconds = overrides(flag, text)[key as 'soakSeconds'] ?? Number.NaN;
      fc.pre(!(seconds < ENOUGH_SECONDS));
      await hold(seconds);
    }),
    RUNS,
  );

describe('any duration that a flag takes', () => {
  test('of --check-timeout lets a check pass that is answered at once, of each kind', () =>
    forEvery('check-timeout', 'checkTimeoutSeconds', async (timeoutSeconds) => {
      const probed = await probe(agent, { ...CHECK, timeoutSeconds }, port, NEVER);
      expect(probed).toMatchObject({ kind: 'answer' });
      const open = async () => {
        const stream = new PassThrough();
        setImmediate(() => stream.write('ready'));
        return stream;
      };
      expect(await tryTcp(open, timeoutSeconds * 1000, NEVER)).toBeUndefined();
      const command: CommandCheck = { name: 'c', command: ['x'], timeoutSeconds, retries: 1, intervalSeconds: 0 };
      const timeouts: number[] = [];
      const run = fakeRun({
        runCommand: async ({ timeoutMs }) => {
          timeouts.push(timeoutMs);
          return { exitCode: 0 };
        },
      });
      const request = { color: 'green', pods: [pod('green', 'g1')], port, container: 'shop' } as const;
      await runCommands(run, { ...request, commands: [command] }, NEVER);
      expect(timeouts.every((ms) => ms > 0)).toBe(true);
    }));

  test('of --request-timeout lets a request pass that is answered at once', () =>
    forEvery('timeout', 'rolloutTimeoutSeconds', async (seconds) => {
      const http = connectHttp(`http://127.0.0.1:${port}/`, seconds * 1000, () => 'test');
      expect(await http.send('/')).toMatchObject({ status: 200, body: 'ok' });
    }));

  test('of --verify-timeout lets a verification pass that is over at once', () =>
    forEvery('timeout', 'rolloutTimeoutSeconds', async (seconds) => {
      const run = fakeRun({ verifyTimeoutMs: seconds * 1000 });
      expect(await verifyPods(run, [pod('green', 'g1')], [CHECK], 3000)).toHaveLength(1);
    }));

  test('of --timeout ends a wait for Pods at its time, not before, and not never', () =>
    forEvery('timeout', 'rolloutTimeoutSeconds', async (seconds) => {
      const run = fakeRun({ state: stateOf({ pods: [pod('green', 'g1', { ready: false })] }) });
      const started = run.clock.now();
      await expect(waitRollout(run, 'green', 'shop-green', seconds)).rejects.toThrow(`, after ${seconds}s`);
      expect(run.clock.now() - started).toBeCloseTo(seconds * 1000, 1);
    }));

  test('of --check-interval passes between two attempts', () =>
    forEvery('check-interval', 'intervalSeconds', async (intervalSeconds) => {
      const run = fakeRun();
      const started = run.clock.now();
      let attempts = 0;
      const attempt = async () => (++attempts < 2 ? { why: 'no' } : { found: {} });
      await tryOften(run, 'a check', { ...CHECK, retries: 2, intervalSeconds }, NEVER, attempt);
      expect(run.clock.now() - started).toBeCloseTo(intervalSeconds * 1000, 1);
    }));

  test.each(['--check-timeout', '--since'])('that is none is refused for %s, which has to have some', (flag) => {
    const read = (text: string) =>
      flag === '--since' ? readLogArguments(invocationOf(['shop'], { since: text })) : overrides(flag.slice(2), text);
    for (const text of ['0', '0s', '0h0ms', '0.0s'])
      expect(() => read(text)).toThrow(`invalid duration "${text}" for ${flag}: want more than none`);
    fc.assert(fc.property(duration, (text) => void (/[1-9]/.test(text) && read(text))));
  });
});

test.each([0.5, 16.1, 61.7])('a soak of %d s is as long as it says', async (seconds) => {
  const run = fakeRun();
  run.api.put(service('shop-active', 'green'));
  const started = run.clock.now();
  await watchColor(run, { color: 'green', seconds, checks: [CHECK], port: 3000 });
  expect(run.clock.now() - started).toBeCloseTo(seconds * 1000, 1);
});
