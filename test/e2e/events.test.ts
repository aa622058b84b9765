import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Line {
  readonly version: number;
  readonly type: string;
  readonly release: string;
  readonly operationId: string;
  readonly exitCode?: number;
  readonly status?: string;
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
