import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { emitTo, type Listener, type RunEvent, reportTo } from '../../../plugin/run/events.js';
import { jsonLinesListener } from '../../../plugin/run/listeners/json-lines.js';
import { checkResults, record } from '../../../plugin/run/results.js';
import { fakeRun } from '../fake-run.js';
import { policyOf, promote } from '../promotion.js';

/** A run whose events are kept. */
function heard(options: Parameters<typeof fakeRun>[0] = {}) {
  const events: RunEvent[] = [];
  const listener: Listener = (event) => events.push(event);
  const emit = emitTo([listener]);
  const results = checkResults((result) => emit({ type: 'checked', ...result }));
  const run = fakeRun({ ...options, emit, reporter: reportTo(emit), results });
  return { run, events, types: () => events.map(({ type }) => type) };
}

describe('the events of a promotion', () => {
  test('say what happens in its order: steps, each Pod that is checked, and that traffic moved', async () => {
    const { run, events, types } = heard({ yes: true });
    await promote(run, policyOf());
    const moved = events.findIndex(({ type }) => type === 'traffic-moved');
    expect(events[moved]).toEqual({ type: 'traffic-moved', kind: 'switch', to: 'green' });
    expect(
      types()
        .slice(0, moved)
        .filter((type) => type === 'checked').length,
    ).toBeGreaterThanOrEqual(2);
    expect(events[moved - 1]).toMatchObject({ type: 'step-ended', kind: 'switch', status: 'done' });
    expect(types().slice(moved + 1)).toContain('step-ended');
    const began = events.filter(({ type }) => type === 'step-began').length;
    expect(types().filter((type) => type === 'step-ended')).toHaveLength(began);
  });

  test('say why a step failed, and that traffic did not move', async () => {
    const { run, events, types } = heard({ ask: async () => 'no' });
    await promote(run);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'step-ended',
        kind: 'confirm',
        status: 'failed',
        message: 'not confirmed: the answer was "no"',
      }),
    );
    expect(types()).not.toContain('traffic-moved');
  });
});

test('a line of --events is one JSON object with its version, time and run', () => {
  const lines: string[] = [];
  const source = { release: 'shop', namespace: 'store', operationId: 'op-2', now: () => 0 };
  const listener = jsonLinesListener(source, (line) => void lines.push(line));
  listener({ type: 'progress', text: 'two\nlines "quoted"' });
  expect(lines).toEqual([
    '{"version":1,"at":"1970-01-01T00:00:00.000Z","release":"shop","namespace":"store","operationId":"op-2","type":"progress","text":"two\\nlines \\"quoted\\""}\n',
  ]);
});

test('results that count are told once they are known', () => {
  const told: string[] = [];
  const results = checkResults(({ check, status }) => told.push(`${check} ${status}`));
  const result = { color: 'green', check: 'health', seconds: 1 } as const;
  record(results, { ...result, status: 'failed' });
  record(results, { ...result, status: 'passed' });
  record(results, { ...result, status: 'skipped' });
  expect(told).toEqual(['health failed', 'health passed']);
});

test('every type of event is documented', () => {
  const source = readFileSync('plugin/run/events.ts', 'utf8');
  const types = [...source.matchAll(/readonly type: '([a-z-]+)'/g)].map(([, type]) => type);
  const page = readFileSync('docs/operations/events.md', 'utf8');
  const documented = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, type]) => type);
  expect(documented.sort()).toEqual(types.sort());
  expect(types.length).toBeGreaterThan(8);
});
