import { describe, expect, test } from '@jest/globals';
import type { Event, Pod } from '../../../plugin/core/kubernetes.js';
import { countEvents, findWarning } from '../../../plugin/plan/events.js';
import { pod } from '../cluster-objects.js';

const READY_AT = '2026-01-02T03:04:05Z';
const ready = (name: string): Pod => {
  const one = pod('green', name);
  const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: READY_AT }];
  return { ...one, status: { ...one.status, conditions } };
};
const PODS = [ready('g1'), ready('g2')];

const event = (more: Partial<Event> = {}): Event => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'g1.1', uid: 'event-1' },
  involvedObject: { kind: 'Pod', name: 'g1', uid: 'uid-g1' },
  type: 'Warning',
  reason: 'Unhealthy',
  message: 'Readiness probe failed: HTTP probe failed with statuscode: 503\n',
  lastTimestamp: '2026-01-02T03:05:00Z',
  count: 1,
  ...more,
});

const find = (events: Event[], { before = [] as Event[], current = PODS, ignored = [] as string[] } = {}) =>
  findWarning(events, current, {
    pods: PODS,
    owners: new Set(['uid-green', 'uid-replicaset']),
    counts: countEvents(before),
    ignoredReasons: ignored,
  });

describe('findWarning finds', () => {
  test('a warning about a Pod, in words', () => {
    expect(find([event()])).toBe(
      'pod "g1": warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503',
    );
  });

  test.each(['uid-green', 'uid-replicaset'])('one about what makes the Pods: %s', (uid) => {
    const involvedObject = { kind: 'ReplicaSet', name: 'shop-green-h1', uid };
    const found = find([event({ involvedObject, reason: 'FailedCreate', message: 'exceeded quota' })]);
    expect(found).toBe('replicaset "shop-green-h1": warning FailedCreate: exceeded quota');
  });

  test.each([
    ['count', { count: 4 }, { count: 5 }],
    ['series', { series: { count: 4 } }, { series: { count: 5 } }],
  ])('one that was there and is noticed again, by its %s', (_, before, after) => {
    expect(find([event(after)], { before: [event(before)] })).toBeDefined();
    expect(find([event(before)], { before: [event(before)] })).toBeUndefined();
  });

  test('one that has no time', () => {
    expect(find([event({ lastTimestamp: null })])).toBeDefined();
  });

  test('one that newer clients time in microseconds', () => {
    expect(find([event({ lastTimestamp: null, eventTime: '2026-01-02T03:04:06.000001Z' })])).toBeDefined();
  });
});

describe('findWarning does not mind', () => {
  test.each<[string, Partial<Event>]>([
    ['what is no warning', { type: 'Normal' }],
    ['an autoscaler without metrics', { reason: 'FailedGetResourceMetric', involvedObject: { uid: 'uid-hpa' } }],
    ['the other color', { involvedObject: { kind: 'Pod', name: 'b1', uid: 'uid-b1' } }],
    ['a Pod that came later, which starts', { involvedObject: { kind: 'Pod', name: 'g3', uid: 'uid-g3' } }],
    ['what was written late about the start of a Pod', { lastTimestamp: '2026-01-02T03:04:04Z' }],
    ['a pull secret that is missing', { reason: 'FailedToRetrieveImagePullSecret' }],
    ['a resolv.conf that is long', { reason: 'DNSConfigForming' }],
    ['an audit', { reason: 'PolicyViolation' }],
  ])('%s', (_, more) => {
    expect(find([event(more)])).toBeUndefined();
  });

  test('a Pod that is being deleted: it stops on purpose', () => {
    expect(find([event()], { current: PODS.slice(1) })).toBeUndefined();
  });

  test('a reason that the policy names', () => {
    expect(find([event()], { ignored: ['Unhealthy'] })).toBeUndefined();
  });
});
