import { describe, expect, test } from '@jest/globals';
import { listText } from '../../../../plugin/commands/status/list-text.js';
import type { State } from '../../../../plugin/plan/state.js';
import { viewOf } from '../../../../plugin/plan/status.js';
import { pod, service, stateOf } from '../../cluster-objects.js';

const OPTIONS = { colored: false, wide: false, now: Date.parse('2026-01-02T03:14:05.000Z'), withNamespace: true };
const listOf = (states: State[], more: Partial<typeof OPTIONS & { width: number }> = {}) =>
  listText(states.map(viewOf), { ...OPTIONS, ...more });
const rows = (text: string) => text.split('\n').map((row) => row.split(/ {2,}/));

describe('listText', () => {
  test('has a row for each release', () => {
    expect(rows(listOf([stateOf(), stateOf({ namespace: 'depot' })]))).toEqual([
      ['NAMESPACE', 'RELEASE', 'ACTIVE', 'VERSION', 'READY', 'IDLE', 'VERSION', 'READY', 'LAST'],
      ['store', 'shop', 'blue', 'v1', '2/2', 'green', 'v0', '2/2', 'promote 10m ago'],
      ['depot', 'shop', 'blue', 'v1', '2/2', 'green', 'v0', '2/2', 'promote 10m ago'],
      [''],
    ]);
  });

  test('is without namespaces when there is but one', () => {
    expect(rows(listOf([stateOf()], { withNamespace: false }))[0]?.[0]).toBe('RELEASE');
  });

  test('says how an operation ended that is not complete', () => {
    const active = service('shop-active', 'blue', { outcome: 'switched' });
    expect(listOf([stateOf({ active })])).toContain('promote 10m ago (switched)');
  });

  test('says below what is wrong, and with which release', () => {
    const pods = [pod('blue', 'b1')];
    const edited = stateOf({ namespace: 'depot', active: service('shop-active', 'blue', {}, { tier: 'x' }) });
    const text = listOf([stateOf({ pods }), edited]);
    expect(text).toContain('\nwarning: store/shop: blue has 1 of 2 Pods ready\n');
    expect(text).toMatch(/\nwarning: depot\/shop: service "shop-active" has selector .*edited by hand/);
    expect(rows(text)[2]?.slice(0, 3)).toEqual(['depot', 'shop', '<unknown>']);
  });

  test.each([80, 40])('keeps to %i columns', (width) => {
    for (const line of listOf([stateOf()], { width }).split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    expect(listOf([stateOf()], { width })).toMatch(/shop +blue +v1/);
  });

  test('is colored by what is active', () => {
    expect(listOf([stateOf()], { colored: true })).toContain('\u001b[34mstore');
  });
});
