import { afterEach, describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../../plugin/core/errors.js';
import type { ContainerStatus, Pod } from '../../../../plugin/core/kubernetes.js';
import { followLogs } from '../../../../plugin/run/logs/follow.js';
import { pod, stateOf } from '../../cluster-objects.js';
import { type FakeRun, fakeRun, podPath } from '../../fake-run.js';

let stops: AbortController[] = [];
afterEach(() => {
  for (const one of stops) one.abort(new Error('end of the test'));
  stops = [];
});

/** What a request for a log answers, line by line; it stays open until `end`. */
interface Log {
  readonly query: Readonly<Record<string, string>>;
  write(line: string): void;
  end(error?: Error): void;
}

interface Kubelet {
  readonly run: FakeRun;
  readonly told: string[];
  /** Requests for the log of a Pod, in order. */
  readonly logs: (name: string) => Log[];
  /** What is answered before a stream opens. */
  refuse: (name: string, query: Readonly<Record<string, string>>) => void;
  readonly failed: Promise<never>;
}

function kubelet(pods: Pod[], since: Record<string, string> = { tailLines: '10' }): Kubelet {
  const signal = new AbortController();
  stops.push(signal);
  const run = fakeRun({ state: stateOf({ pods, endpointSlices: [] }) });
  const opened = new Map<string, Log[]>();
  const told: string[] = [];
  const logs = (name: string) => opened.get(name) ?? [];
  const it = { run, told, logs, refuse: () => undefined } as unknown as { -readonly [K in keyof Kubelet]: Kubelet[K] };
  run.api.lines = async function* (path, query, until) {
    const name = path.split('/').at(-2) ?? '';
    it.refuse(name, query);
    const lines: string[] = [];
    let over: { error?: Error } | undefined;
    let wake: () => void = () => undefined;
    until.addEventListener('abort', () => wake());
    const write = (line: string) => {
      lines.push(line);
      wake();
    };
    const end = (error?: Error) => {
      over = error ? { error } : {};
      wake();
    };
    opened.set(name, [...logs(name), { query, write, end }]);
    for (;;) {
      while (lines.length > 0) yield lines.shift() as string;
      if (until.aborted || over) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (over?.error) throw over.error;
  };
  const request = { colors: ['blue', 'green'] as const, containersOf: () => ['shop'], since };
  const tell = async ({ text }: { text: string }, source: { color: string; pod: string }) => {
    told.push(`${source.color} ${source.pod} ${text}`);
  };
  it.failed = followLogs(run, request, tell, signal.signal);
  it.failed.catch(() => undefined);
  return it;
}

async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn++) {
    if (turn > 2000) throw new Error('it never came true');
    await new Promise(setImmediate);
  }
}

/** A Pod whose container was restarted so often. */
function restarted(name: string, restarts: number, more: Partial<ContainerStatus> = {}): Pod {
  const one = pod('green', name, { restarts });
  const [status] = one.status?.containerStatuses ?? [];
  return { ...one, status: { ...one.status, containerStatuses: status ? [{ ...status, ...more }] : [] } };
}

const opened = (kubelet: Kubelet, name: string, count = 1) => until(() => kubelet.logs(name).length === count);

describe('followLogs', () => {
  test('tells the lines of every Pod of both colors', async () => {
    const it = kubelet([pod('blue', 'b1'), pod('green', 'g1')]);
    await opened(it, 'b1');
    await opened(it, 'g1');
    it.logs('b1')[0]?.write('2026-01-01T00:00:01Z one');
    await until(() => it.told.length === 1);
    it.logs('g1')[0]?.write('2026-01-01T00:00:00Z two');
    await until(() => it.told.length === 2);
    expect(it.told).toEqual(['blue b1 one', 'green g1 two']);
    expect(it.logs('b1')[0]?.query).toMatchObject({ container: 'shop', follow: 'true', tailLines: '10' });
  });

  test('picks up a Pod that comes later, from its beginning', async () => {
    const it = kubelet([pod('blue', 'b1')]);
    await opened(it, 'b1');
    it.run.api.put(pod('green', 'g2'));
    await opened(it, 'g2');
    expect(it.logs('g2')[0]?.query).not.toHaveProperty('tailLines');
  });

  test('waits until a container has started', async () => {
    const it = kubelet([pod('green', 'g1', { waiting: { reason: 'ContainerCreating' } })]);
    await until(() => it.run.api.calls.length > 0);
    expect(it.logs('g1')).toEqual([]);
    it.run.api.put(pod('green', 'g1'));
    await opened(it, 'g1');
  });

  test('takes up a container that restarted', async () => {
    const it = kubelet([restarted('g1', 0)]);
    await opened(it, 'g1');
    it.logs('g1')[0]?.write('2026-01-01T00:00:01Z one');
    await until(() => it.told.length === 1);
    it.run.api.put(restarted('g1', 0, { state: { terminated: { exitCode: 1 } } }));
    it.logs('g1')[0]?.end();
    it.run.api.put(restarted('g1', 1));
    await opened(it, 'g1', 2);
    it.logs('g1')[1]?.write('2026-01-01T00:00:02Z two');
    await until(() => it.told.length === 2);
    expect(it.logs('g1')[1]?.query).not.toHaveProperty('previous');
  });

  test('tells what a new Pod said before a restart that was faster than the watch', async () => {
    const it = kubelet([pod('blue', 'b1')]);
    await opened(it, 'b1');
    it.run.api.put(restarted('g1', 1));
    await opened(it, 'g1');
    expect(it.logs('g1')[0]?.query).toMatchObject({ previous: 'true' });
    it.logs('g1')[0]?.write('2026-01-01T00:00:01Z crash');
    it.logs('g1')[0]?.end();
    await opened(it, 'g1', 2);
    expect(it.logs('g1')[1]?.query).toMatchObject({ follow: 'true' });
    expect(it.told).toEqual(['green g1 crash']);
  });

  test('takes up a log whose connection broke where it was, and says so', async () => {
    const it = kubelet([pod('green', 'g1')]);
    await opened(it, 'g1');
    it.logs('g1')[0]?.write('2026-01-01T00:00:01.5Z one');
    await until(() => it.told.length === 1);
    it.logs('g1')[0]?.end(new UnreachableError('the connection broke'));
    await opened(it, 'g1', 2);
    const again = it.logs('g1')[1];
    expect(again?.query).toMatchObject({ sinceTime: '2026-01-01T00:00:01.500000000Z' });
    expect(again?.query).not.toHaveProperty('tailLines');
    again?.write('2026-01-01T00:00:01.5Z one');
    again?.write('2026-01-01T00:00:01.7Z two');
    await until(() => it.told.length === 2);
    expect(it.told).toEqual(['green g1 one', 'green g1 two']);
    expect(it.run.log).toContain('warn the log of pod "g1" broke off and is taken up again: the connection broke');
  });

  test('tells of Pods that are gone nothing more, and says nothing of it', async () => {
    const it = kubelet([pod('green', 'g1'), pod('blue', 'b1')]);
    await opened(it, 'g1');
    it.run.api.remove(podPath('g1'));
    it.logs('g1')[0]?.end(new ApiError(404, 'NotFound', 'pods "g1" not found'));
    it.run.api.put(pod('green', 'g2'));
    await opened(it, 'g2');
    expect(it.logs('g1')).toHaveLength(1);
    expect(it.run.log).toEqual([]);
  });

  test('fails in the words of the server where logs may not be read', async () => {
    const it = kubelet([pod('green', 'g1')]);
    it.refuse = () => {
      throw new ApiError(403, 'Forbidden', 'pods/log');
    };
    await expect(it.failed).rejects.toThrow('Error from server (Forbidden): pods/log');
  });

  test('ends with its signal', async () => {
    const it = kubelet([pod('green', 'g1')]);
    await opened(it, 'g1');
    stops[0]?.abort(new Error('SIGINT'));
    await expect(it.failed).rejects.toThrow('SIGINT');
  });
});
