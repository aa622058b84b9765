import { describe, expect, test } from '@jest/globals';
import type { Operation } from '../../plugin/plan/operation.js';
import { violations } from '../reliability/history/checker.js';
import type { Event } from '../reliability/history/events.js';
import { roundsOf } from '../reliability/history/moves.js';

const AT = 1_800_000_000_000;

function operation(id: string, from: Operation['from'], to: Operation['to']): Operation {
  return { id, kind: 'promote', from, to, by: 'ada@host', at: '2026-11-24T08:00:00Z', outcome: 'switched' };
}

const service = (at: number, revision: number, color: string, by?: Operation): Event => {
  const selector = { app: 'shop', version: color };
  return { at: AT + at, kind: 'service', revision, selector, ...(by && { operation: by }) };
};
const deployment = (at: number, revision: number, color: 'blue' | 'green', replicas: number): Event => ({
  ...{ at: AT + at, kind: 'deployment', revision, color, replicas },
});
const answer = (at: number, color: string, version = 'v0.1.0'): Event => ({
  ...{ at: AT + at, since: AT + at - 5, kind: 'answer', color, version },
});
const end = (at: number, run: number, exitCode: number | null): Event => ({
  ...{ at: AT + at, kind: 'end', run, exitCode, words: '' },
});
const call = (at: number, run: number, method: string, path: string, body = ''): Event => ({
  ...{ at: AT + at, kind: 'call', run, method, path, body },
});
const POD: Event = { at: AT, kind: 'pod', revision: 5, name: 'shop-green-a', color: 'green', ready: true };

/** A promotion from blue to green as it should be. */
const PROMOTION: readonly Event[] = [
  service(0, 10, 'blue'),
  deployment(0, 3, 'blue', 2),
  deployment(0, 4, 'green', 2),
  POD,
  call(8900, 1, 'POST', '/leases', '{"holderIdentity":"ada@host (first)"}'),
  call(9000, 1, 'GET', '/api/v1/namespaces/n/pods/shop-green-a/portforward?ports=3000'),
  answer(9500, 'blue'),
  service(10_000, 20, 'green', operation('first', 'blue', 'green')),
  answer(10_100, 'blue'),
  answer(20_000, 'green'),
  end(11_000, 1, 0),
];

const promises = (events: readonly Event[]) => violations(events).map(({ promise }) => promise);

test('a history as it should be breaks no promise', () => {
  expect(violations(PROMOTION)).toEqual([]);
});

describe('what breaks a promise is found', () => {
  const without = (kind: Event['kind']) => PROMOTION.filter((event) => event.kind !== kind);
  const again = service(12_000, 30, 'blue', operation('first', 'green', 'blue'));

  test.each<[string, readonly Event[]]>([
    ['a selector that names no color', [...PROMOTION, service(12_000, 30, 'red', operation('b', 'green', 'blue'))]],
    ['a switch that nobody is on record for', [service(0, 10, 'blue'), service(10_000, 20, 'green')]],
    ['an operation that switches twice', [...PROMOTION, again]],
    [
      'a record that names another color',
      [service(0, 10, 'blue'), service(1, 20, 'green', operation('first', 'green', 'blue'))],
    ],
    ['a Pod that was not asked', without('call')],
    ['another Pod that was ready and not asked', [...PROMOTION, { ...POD, name: 'shop-green-b' } as Event]],
    ['a run that says it was refused, and switched', [...without('end'), end(11_000, 1, 3)]],
    ['an unexpected error', [...without('end'), end(11_000, 1, 1)]],
    ['an active color without Pods', [...PROMOTION, deployment(12_000, 25, 'green', 0)]],
    ['a switch to a color without Pods', [...PROMOTION, deployment(9999, 19, 'green', 0)]],
    ['a request that failed', [...PROMOTION, { at: AT, kind: 'failure', words: 'socket hang up' }]],
    ['the old color long after the switch', [...PROMOTION, answer(30_000, 'blue')]],
    ['a broken version', [...PROMOTION, answer(20_000, 'green', 'v0.3.0')]],
  ])('%s', (_, events) => {
    expect(violations(events)).not.toEqual([]);
  });

  test('and not what only looks like it: the idle color without Pods, a killed run', () => {
    const cleaned = [...PROMOTION, deployment(12_000, 25, 'blue', 0)];
    expect(promises(cleaned)).toEqual([]);
    expect(promises([...without('end'), end(11_000, 1, null)])).toEqual([]);
  });
});

test('a seed gives the same commands again', () => {
  expect(roundsOf(7, 50)).toEqual(roundsOf(7, 50));
  expect(roundsOf(7, 50)).not.toEqual(roundsOf(8, 50));
});
