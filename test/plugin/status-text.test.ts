import { describe, expect, test } from '@jest/globals';
import { installed, type State } from '../../plugin/plan/state.js';
import { type Status, summarize } from '../../plugin/plan/status.js';
import { statusText } from '../../plugin/status-text.js';
import { POLICY, service, stateOf } from './cluster-objects.js';

const statusOf = (more: Partial<State> = {}): Status => summarize(installed(stateOf(more)), POLICY);
const PLAIN = { colored: false, wide: false };

describe('statusText', () => {
  test('shows the active color first, and its version', () => {
    const rows = statusText(statusOf({ active: service('shop-active', 'green') }), [], PLAIN).split('\n');
    const table = rows.slice(rows.findIndex((row) => row.startsWith('COLOR'))).map((row) => row.split(/ +/));
    expect(table.slice(0, 3)).toEqual([
      ['COLOR', 'TRAFFIC', 'VERSION', 'READY', 'ENDPOINTS'],
      ['green', 'active', 'v0', '2/2', '2'],
      ['blue', 'idle', 'v1', '2/2', '2'],
    ]);
  });

  test('is aligned, and no line ends in a space', () => {
    const text = statusText(statusOf(), ['x'], { colored: false, wide: true });
    expect(text).not.toMatch(/ $/m);
    const rows = text.split('\n').filter((row) => /^(COLOR|blue|green)/.test(row));
    const columns = rows.map((row) => row.search(/TRAFFIC|active|idle/));
    expect(new Set(columns).size).toBe(1);
  });

  test.each([
    ['nobody', undefined, '(none on record)'],
    [
      'who promoted',
      { kind: 'promote' as const },
      'promote from green to blue by ada@host at 2026-01-02T03:04:05.000Z: complete',
    ],
    [
      'who installed',
      { kind: 'deploy' as const, from: 'blue' as const, outcome: 'installed' as const },
      'deploy to blue by ada@host at 2026-01-02T03:04:05.000Z: installed',
    ],
  ])('names %s', (_, operation, last) => {
    const active = service('shop-active', 'blue', operation);
    expect(statusText(statusOf({ active }), [], PLAIN)).toContain(`Last:        ${last}\n`);
  });

  test('says what is wrong at the end', () => {
    expect(statusText(statusOf(), ['blue has 1 of 2 Pods ready'], PLAIN)).toMatch(
      /\nwarning: blue has 1 of 2 Pods ready\n$/,
    );
  });

  test('shows images when it may be wide', () => {
    expect(statusText(statusOf(), [], PLAIN)).not.toContain('registry.example');
    expect(statusText(statusOf(), [], { colored: false, wide: true })).toContain('registry.example:5000/shop:v1');
  });

  test('shows a dash for a color without a Deployment', () => {
    const deployments = { ...stateOf().deployments, green: undefined };
    expect(statusText(statusOf({ deployments }), [], PLAIN)).toMatch(/green +idle +- +2\/0/);
  });

  test('is colored only when asked, and escapes what objects hold', () => {
    const active = service('shop-active', 'blue', { by: 'eve\u001b[2J' });
    expect(statusText(statusOf({ active }), ['a\u0007'], PLAIN)).not.toMatch(/\p{Cc}(?<!\n)/u);
    expect(statusText(statusOf(), [], { colored: true, wide: false })).toContain('\u001b[34mblue');
  });
});
