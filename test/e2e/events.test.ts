import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { kubectl } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Line {
  readonly version: number;
  readonly type: string;
  readonly release: string;
  readonly operationId: string;
  readonly exitCode?: number;
  readonly status?: string;
  readonly phase?: string;
  readonly kind?: string;
}

describe('--events', () => {
  let release: TestRelease;
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-events-'));
  const file = join(folder, 'events.jsonl');

  beforeAll(async () => {
    release = await createRelease('events');
    await release.install();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await release?.remove();
  });

  const read = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);

  test('writes what a promotion does to a file, beside what it prints', async () => {
    const result = await release.bluegreen('promote', ['--yes', '--version=v0.2.0', `--events=${file}`]);
    expect(result).toExitWith(0);
    expect(result.stdout).toContain('service/shop-active patched');
    const events = read(readFileSync(file, 'utf8'));
    expect(events[0]).toMatchObject({ version: 1, type: 'planned', release: 'shop' });
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', exitCode: 0 });
    expect(events.filter(({ type }) => type === 'traffic-moved')).toHaveLength(1);
    // Two Pods, three checks each.
    expect(
      events.filter(({ type, status }) => type === 'checked' && status === 'passed').length,
    ).toBeGreaterThanOrEqual(6);
    expect(new Set(events.map(({ operationId }) => operationId)).size).toBe(1);
  });

  test('writes nothing but events to stdout for -, also of a run that is refused', async () => {
    const { exitCode, stdout } = await release.bluegreen('promote', [
      '--yes',
      '--version=v0.9.9',
      '--timeout=3s',
      '--events=-',
    ]);
    expect(exitCode).toBe(3);
    const events = read(stdout);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', exitCode: 3 });
    expect(events.map(({ type }) => type)).not.toContain('traffic-moved');
  });

  test('ends with how the run ended also for a cleanup, with something to do, nothing, and a refusal', async () => {
    for (const [args, phase, exitCode] of [
      [['--dry-run'], 'planned', 0],
      [[], 'complete', 0],
      [[], 'nothing-to-do', 0],
    ] as const) {
      const result = await release.bluegreen('cleanup', [...args, `--events=${file}`]);
      expect(result).toExitWith(exitCode);
      const ends = read(readFileSync(file, 'utf8')).filter(({ type }) => type === 'run-ended');
      expect(ends).toMatchObject([{ phase, exitCode }]);
    }
    const refused = await release.bluegreen('cleanup', ['--as=nobody', `--events=${file}`]);
    expect(refused.exitCode).not.toBe(0);
    expect(read(readFileSync(file, 'utf8')).at(-1)).toMatchObject({ type: 'run-ended', phase: 'refused' });
  });

  test('tells all of a run that makes the active Service anew and goes on, with one end', async () => {
    await kubectl('delete', 'service', 'shop-active', '-n', release.namespace);
    const deploy = ['-f', release.dist, '--version=v0.2.0', `--events=${file}`];
    expect(await release.bluegreen('deploy', deploy)).toExitWith(0);
    const events = read(readFileSync(file, 'utf8'));
    expect(events).toContainEqual(expect.objectContaining({ type: 'step-ended', kind: 'create', status: 'done' }));
    expect(new Set(events.map(({ operationId }) => operationId)).size).toBe(2);
    expect(events.filter(({ type }) => type === 'run-ended')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', exitCode: 0 });
  });

  test('is refused where it cannot be written, and beside a document on stdout', async () => {
    for (const [args, words] of [
      [[`--events=${folder}/none/events`], 'cannot write --events='],
      [['--events=-', '-o', 'json'], '--events=- and --output=json exclude each other'],
    ] as const) {
      const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', ...args]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(words);
    }
  });
});
