import { describe, expect, test } from '@jest/globals';
import { printLogs } from '../../../../plugin/commands/logs/print.js';
import { ApiError } from '../../../../plugin/core/errors.js';
import type { Pod } from '../../../../plugin/core/kubernetes.js';
import { pod } from '../../cluster-objects.js';
import { type FakeRun, fakeRun, podPath } from '../../fake-run.js';

const REQUEST = { colors: ['blue', 'green'] as const, containersOf: () => ['shop'], since: { tailLines: '10' } };

async function printed(run: FakeRun, pods: Pod[], previous = false) {
  const told: string[] = [];
  const tell = async ({ text }: { text: string }, { pod: name }: { pod: string }) => void told.push(`${name} ${text}`);
  const count = await printLogs(run, pods, REQUEST, previous, tell, new AbortController().signal);
  return { count, told };
}

function runWith(logs: Record<string, string>): FakeRun {
  const run = fakeRun();
  for (const [name, text] of Object.entries(logs)) run.api.logs.set(`${podPath(name)}/log`, text);
  return run;
}

describe('printLogs', () => {
  test('tells the lines of all Pods in the order of their times', async () => {
    const run = runWith({
      b1: '2026-01-01T00:00:01Z one\n2026-01-01T00:00:03Z three',
      g1: '2026-01-01T00:00:02Z two\n2026-01-01T00:00:04Z four',
    });
    expect(await printed(run, [pod('green', 'g1'), pod('blue', 'b1')])).toEqual({
      count: 2,
      told: ['b1 one', 'g1 two', 'b1 three', 'g1 four'],
    });
    const lines = run.api.calls.filter(({ verb }) => verb === 'lines');
    expect(lines.map(({ body }) => body)).toEqual(
      Array(2).fill({ container: 'shop', tailLines: '10', timestamps: 'true' }),
    );
  });

  test('leaves out containers that have not started, and of previous logs those that did not restart', async () => {
    const waiting = pod('blue', 'b1', { waiting: { reason: 'ContainerCreating' } });
    expect(await printed(fakeRun(), [waiting])).toEqual({ count: 0, told: [] });
    expect(await printed(fakeRun(), [pod('blue', 'b1')], true)).toEqual({ count: 0, told: [] });
  });

  test('goes on without a Pod that went away meanwhile, and says so', async () => {
    const run = runWith({ g1: '2026-01-01T00:00:02Z two' });
    expect((await printed(run, [pod('blue', 'b1'), pod('green', 'g1')])).told).toEqual(['g1 two']);
    expect(run.log).toEqual([expect.stringMatching(/^warn Error from server \(NotFound\)/)]);
  });

  test('fails in the words of the server where logs may not be read', async () => {
    const run = runWith({ b1: 'x' });
    run.api.before = () => {
      throw new ApiError(403, 'Forbidden', 'pods/log');
    };
    await expect(printed(run, [pod('blue', 'b1')])).rejects.toThrow('Error from server (Forbidden): pods/log');
  });
});
