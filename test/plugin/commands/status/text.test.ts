import { describe, expect, test } from '@jest/globals';
import { statusText, type TextOptions } from '../../../../plugin/commands/status/text.js';
import { installed } from '../../../../plugin/plan/active-color.js';
import type { State } from '../../../../plugin/plan/state.js';
import { type Status, summarize } from '../../../../plugin/plan/status.js';
import { pod, service, stateOf } from '../../cluster-objects.js';

const statusOf = (more: Partial<State> = {}): Status => summarize(installed(stateOf(more)));
const NOW = Date.parse('2026-01-02T03:10:00Z');
const PLAIN = { colored: false, wide: false, now: NOW };
/** What is printed for a release of this state. */
const textOf = (more: Partial<State> = {}, options: Partial<TextOptions> = {}, trouble: string[] = []) =>
  statusText({ status: statusOf(more), trouble }, { ...PLAIN, ...options });
const rowsFrom = (text: string, title: string) => {
  const rows = text.split('\n');
  return rows.slice(rows.findIndex((row) => row.startsWith(title))).map((row) => row.split(/ {2,}/));
};

describe('statusText', () => {
  test('shows the active color first, and its version', () => {
    const table = rowsFrom(textOf({ active: service('shop-active', 'green') }), 'COLOR');
    expect(table.slice(0, 3)).toEqual([
      ['COLOR', 'TRAFFIC', 'VERSION', 'READY', 'ENDPOINTS'],
      ['green', 'active', 'v0', '2/2', '2'],
      ['blue', 'idle', 'v1', '2/2', '2'],
    ]);
  });

  test('is aligned, and no line ends in a space', () => {
    const text = textOf({}, { wide: true }, ['x']);
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
    expect(textOf({ active })).toContain(`Last:        ${last}\n`);
  });

  test('shows every Pod, those of the active color first, with restarts and age', () => {
    const b1 = pod('blue', 'b1', { restarts: 3, waiting: { reason: 'CrashLoopBackOff' }, ready: false });
    b1.metadata.creationTimestamp = '2026-01-02T03:00:00Z';
    const [container] = b1.status?.containerStatuses ?? [];
    if (container) container.lastState = { terminated: { exitCode: 1, finishedAt: '2026-01-02T03:09:30Z' } };
    const pods = [pod('green', 'g1', { terminating: true }), b1];
    expect(rowsFrom(textOf({ pods }), 'POD')).toEqual([
      ['POD', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'VERSION'],
      ['b1', '0/1', 'CrashLoopBackOff', '3 (30s ago)', '10m', 'v1'],
      ['g1', '1/1', 'Terminating', '0', '<unknown>', 'v1'],
      [''],
    ]);
  });

  test('shows the node and the address of a Pod when it may be wide', () => {
    const g1 = pod('green', 'g1');
    g1.spec.nodeName = 'node-7';
    expect(rowsFrom(textOf({ pods: [g1] }, { wide: true }), 'POD')[1]?.slice(-2)).toEqual(['-', 'node-7']);
  });

  test('has no table of Pods where there are none', () => {
    expect(textOf({ pods: [] })).not.toContain('POD');
  });

  test.each([120, 80, 60, 40, 20])('keeps to a terminal of %i columns, and always says where traffic is', (width) => {
    const long = pod('green', 'shop-green-5445549bc5-7plnk', { waiting: { reason: 'CreateContainerConfigError' } });
    const trouble = ['the active Service has 0 endpoints for 2 ready Pods'];
    const text = textOf({ pods: [long], active: service('shop-active', 'blue', {}) }, { width }, trouble);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    expect(text).toMatch(/blue +active/);
    expect(text).toContain('7plnk');
    expect(text.replace(/\s+/g, ' ')).toContain(trouble[0]);
  });

  test('shows why the state of a release cannot be told', () => {
    const view = { release: 'shop', namespace: 'store', problem: 'services "shop-active" not found' };
    expect(statusText(view, PLAIN)).toBe('warning: services "shop-active" not found\n');
  });

  test('says what is wrong at the end', () => {
    expect(textOf({}, {}, ['blue has 1 of 2 Pods ready'])).toMatch(/\nwarning: blue has 1 of 2 Pods ready\n$/);
  });

  test('shows images when it may be wide', () => {
    expect(textOf()).not.toContain('registry.example');
    expect(textOf({}, { wide: true })).toContain('registry.example:5000/shop:v1');
  });

  test('shows a dash for a color without a Deployment', () => {
    const deployments = { ...stateOf().deployments, green: undefined };
    expect(textOf({ deployments })).toMatch(/green +idle +- +2\/0/);
  });

  test('is colored only when asked, and escapes what objects hold', () => {
    const active = service('shop-active', 'blue', { by: 'eve\u001b[2J' });
    expect(textOf({ active }, {}, ['a\u0007'])).not.toMatch(/\p{Cc}(?<!\n)/u);
    expect(textOf({}, { colored: true })).toContain('\u001b[34mblue');
  });
});
