import { Duplex } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import type { Check } from '../../../charts/policy.js';
import { verifyColor } from '../../../plugin/checks/verify.js';
import { RefusedError } from '../../../plugin/core/errors.js';
import { PortClosedError, type TunnelError } from '../../../plugin/kube/tunnel-error.js';
import type { CommandRequest } from '../../../plugin/run/command.js';
import { pod, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { type FakeRun, fakeRun } from '../fake-run.js';
import { fakeTunnels } from '../fake-tunnels.js';

const TIMES = { timeoutSeconds: 5, retries: 2, intervalSeconds: 1 };
const HEALTH: Check = { name: 'health', path: '/health', status: [200], ...TIMES };
const METRICS: Check = {
  ...HEALTH,
  name: 'metrics',
  path: '/metrics',
  metrics: [{ name: 'errors_total', labels: { code: '500' }, max: 5 }],
};
const SUITE: Check = { name: 'suite', command: ['npm', 'test'], ...TIMES, retries: 1 };

const verify = (run: FakeRun, ...checks: Check[]) =>
  verifyColor(run, 'green', { checks, port: 3000, container: 'shop' });
const results = (run: FakeRun) =>
  [...run.results.values()].map(({ pod: name, check, status }) => [name ?? 'color', check, status]);

describe('metrics', () => {
  const counting = (count: number) => fakeTunnels(() => ({ body: `errors_total{code="500"} ${count}\n` }));

  test('are part of the evidence', async () => {
    const { verified } = await verify(fakeRun({ tunnels: counting(3) }), METRICS);
    expect(verified[0]?.checks).toMatchObject([
      {
        name: 'metrics',
        status: 200,
        metrics: [{ name: 'errors_total', labels: { code: '500' }, series: 1, value: 3 }],
      },
    ]);
  });

  test('out of bounds fail the Pod, after as many attempts as it may have', async () => {
    await expect(verify(fakeRun({ tunnels: counting(7) }), METRICS)).rejects.toThrow(
      failure(
        RefusedError,
        'pod "g1": check "metrics" (GET /metrics) failed after 2 of 2 attempts: metric errors_total{code="500"} is 7, want at most 5',
      ),
    );
  });
});

test('an answer that is right but late fails the Pod', async () => {
  const tunnels = fakeTunnels();
  const { open } = tunnels;
  tunnels.open = async (...to) => slowed(await open(...to), 100);
  await expect(verify(fakeRun({ tunnels }), { ...HEALTH, maxLatencyMs: 20 })).rejects.toThrow(
    /check "health" \(GET \/health\) failed after 2 of 2 attempts: the answer took \d+ms, want at most 20ms/,
  );
});

/** A stream whose first bytes take a while. */
function slowed(stream: Duplex, ms: number): Duplex {
  const { push } = stream;
  stream.push = (...args: Parameters<typeof push>) => {
    setTimeout(() => push.apply(stream, args), ms);
    return true;
  };
  return stream;
}

describe('a TCP check', () => {
  const speaking = (words: (name: string) => string | TunnelError) => {
    const tunnels = fakeTunnels();
    const ports: number[] = [];
    tunnels.open = async (name, port) => {
      ports.push(port);
      const said = words(name);
      const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
      setImmediate(() => (typeof said === 'string' ? stream.push(said) : stream.destroy(said)));
      return stream;
    };
    return { tunnels, ports };
  };

  test('passes every Pod that takes the connection, on its own port', async () => {
    const { tunnels, ports } = speaking(() => 'hello');
    const { verified } = await verify(fakeRun({ tunnels }), { name: 'db', tcp: { port: 5432 }, ...TIMES });
    expect(verified.map(({ checks }) => checks)).toMatchObject([[{ name: 'db', attempts: 1 }], [{ name: 'db' }]]);
    expect(ports).toEqual([5432, 5432]);
  });

  test('fails a Pod that refuses it', async () => {
    const { tunnels } = speaking((name) => (name === 'g2' ? new PortClosedError('g2', 3000) : 'hello'));
    await expect(verify(fakeRun({ tunnels }), { name: 'db', tcp: {}, ...TIMES })).rejects.toThrow(
      'pod "g2": check "db" (tcp 3000) failed after 2 of 2 attempts: connection refused on port 3000 of pod "g2"',
    );
  });
});

describe('a command', () => {
  test('runs once, after every Pod has passed, with what it needs to know', async () => {
    const asked: CommandRequest[] = [];
    const pods = stateOf().pods.map((one) => ({
      ...one,
      spec: { containers: [{ name: 'shop', image: 'r/shop:v9' }] },
    }));
    const run = fakeRun({
      state: stateOf({ pods }),
      runCommand: async (request) => {
        expect(run.verified.size).toBe(2);
        asked.push(request);
        return { exitCode: 0 };
      },
    });
    const { commands } = await verify(run, HEALTH, SUITE);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      argv: ['npm', 'test'],
      timeoutMs: 5000,
      env: { PREVIEW_COLOR: 'green', RELEASE: 'shop', NAMESPACE: 'store', VERSION: 'v9' },
    });
    expect(commands).toEqual([{ name: 'suite', command: ['npm', 'test'], ms: 0, attempts: 1 }]);
  });

  test('reaches every verified Pod in turn at PREVIEW_URL, for as long as it runs', async () => {
    let url = '';
    const run = fakeRun({
      tunnels: fakeTunnels(({ pod: name }) => ({ body: name })),
      runCommand: async ({ env: { PREVIEW_URL = '' }, onLine }) => {
        url = PREVIEW_URL;
        for (let i = 0; i < 4; i++)
          onLine(await (await fetch(`${PREVIEW_URL}/`, { headers: { connection: 'close' } })).text());
        return { exitCode: 0 };
      },
    });
    await verify(run, HEALTH, SUITE);
    expect(run.log.filter((line) => /^info g/.test(line))).toEqual(['info g1', 'info g2', 'info g1', 'info g2']);
    await expect(fetch(url)).rejects.toThrow();
  });

  test.each([
    [{ exitCode: 1 }, 'exit code 1'],
    [{ why: 'it did not end in 5s' }, 'it did not end in 5s'],
  ])('that ends with %j fails the color, and its output is kept', async (end, why) => {
    const run = fakeRun({
      runCommand: async ({ onLine }) => {
        onLine('1 test failed');
        return end;
      },
    });
    await expect(verify(run, HEALTH, SUITE)).rejects.toThrow(
      failure(RefusedError, `check "suite" (command) failed after 1 of 1 attempts: ${why}`),
    );
    expect(run.log).toContain('info 1 test failed');
    expect([...run.results.values()].at(-1)).toMatchObject({
      check: 'suite',
      status: 'failed',
      output: '1 test failed',
    });
  });

  test('is run again as often as it may be', async () => {
    let left = 2;
    const run = fakeRun({ runCommand: async () => ({ exitCode: --left }) });
    const { commands } = await verify(run, HEALTH, { ...SUITE, retries: 3 } as Check);
    expect(commands).toMatchObject([{ attempts: 2 }]);
  });

  test('is not run when a Pod has failed', async () => {
    const run = fakeRun({
      tunnels: fakeTunnels(() => ({ status: 500 })),
      runCommand: () => Promise.reject(new Error('it was run')),
    });
    await expect(verify(run, HEALTH, SUITE)).rejects.toThrow('status is 500');
  });
});

describe('what a report is made of', () => {
  test('has every check of every Pod, and of the color', async () => {
    const run = fakeRun();
    await verify(run, HEALTH, SUITE);
    expect(results(run)).toEqual([
      ['g1', 'health', 'passed'],
      ['g2', 'health', 'passed'],
      ['color', 'suite', 'passed'],
    ]);
  });

  test('says what failed, and what was not run to its end for that', async () => {
    const tunnels = fakeTunnels(({ pod: name, path }) => ({ status: name === 'g2' && path === '/health' ? 500 : 200 }));
    const run = fakeRun({ tunnels });
    await expect(verify(run, HEALTH, { ...METRICS, metrics: undefined } as unknown as Check, SUITE)).rejects.toThrow();
    expect(results(run)).toEqual(
      expect.arrayContaining([
        ['g1', 'health', 'passed'],
        ['g2', 'health', 'failed'],
        ['g2', 'metrics', 'skipped'],
        ['color', 'suite', 'skipped'],
      ]),
    );
  });

  test('has a failure that is of no check', async () => {
    const run = fakeRun({ state: stateOf({ pods: [pod('green', 'g1', { ready: false })] }) });
    await expect(verify(run, HEALTH)).rejects.toThrow();
    expect([...run.results.values()]).toEqual([
      {
        color: 'green',
        check: 'verification',
        status: 'failed',
        seconds: 0,
        message: 'deployment "shop-green" is not ready: 0 of 2 replicas are ready',
      },
    ]);
  });
});
