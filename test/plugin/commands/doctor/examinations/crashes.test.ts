import { describe, expect, test } from '@jest/globals';
import { crashes } from '../../../../../plugin/commands/doctor/examinations/crashes.js';
import type { ContainerState, Pod } from '../../../../../plugin/core/kubernetes.js';
import { bluePods, factsOf, greenPods, NOW, ownedPod, waiting, warning } from '../facts.js';

const ended = (pod: Pod, terminated: ContainerState['terminated']): Pod => {
  for (const status of pod.status?.containerStatuses ?? []) status.lastState = { terminated };
  return pod;
};
const crashed = (reason = 'Error') =>
  ended(ownedPod('green', 'g1', { ...waiting('CrashLoopBackOff'), restarts: 3 }), { exitCode: 1, reason });

describe('containers', () => {
  test('that run are no finding', () => {
    expect(crashes.examine(factsOf())).toEqual([]);
  });

  test('that crash show how they ended, their log and their events', () => {
    const facts = factsOf({
      state: greenPods(crashed()),
      logs: new Map([['g1', ['panic: no database']]]),
      events: [warning('Pod', 'g1', 'BackOff', 'Back-off restarting')],
    });
    expect(crashes.examine(facts)).toEqual([
      expect.objectContaining({
        id: 'crash',
        severity: 'problem',
        affects: 'promotion',
        what: '1 Pod of green, container "shop": CrashLoopBackOff: it ended with exit code 1 (Error), 3 restarts',
        fix: expect.stringContaining('kubectl bluegreen deploy shop --image='),
        evidence: ['pod/g1', '  log: panic: no database', '  event BackOff: Back-off restarting'],
      }),
    ]);
  });

  test('that crash between two restarts are seen as well', () => {
    const pod = ended(ownedPod('green', 'g1', { ready: false, restarts: 1 }), { exitCode: 137 });
    expect(crashes.examine(factsOf({ state: greenPods(pod) }))[0]).toMatchObject({ id: 'crash' });
  });

  test('that ran out of memory get twice as much', () => {
    expect(crashes.examine(factsOf({ state: greenPods(crashed('OOMKilled')) }))).toEqual([
      expect.objectContaining({
        id: 'out-of-memory',
        fix: 'kubectl set resources deployment/shop-green --containers=shop --limits=memory=1024Mi -n store --context=prod',
      }),
    ]);
  });

  test.each([
    ['CreateContainerConfigError', 'container-config'],
    ['RunContainerError', 'container-create'],
  ])('%s is %s', (reason, id) => {
    const state = greenPods(ownedPod('green', 'g1', waiting(reason, "couldn't find key B in Secret store/keys")));
    expect(crashes.examine(factsOf({ state }))[0]).toMatchObject({
      id,
      what: expect.stringContaining('key B in Secret'),
    });
  });

  test('what is missing and told by itself is not told twice', () => {
    const message = 'configmap "shop-config" not found';
    const state = greenPods(ownedPod('green', 'g1', waiting('CreateContainerConfigError', message)));
    expect(crashes.examine(factsOf({ state, configMaps: new Map([['shop-config', undefined]]) }))).toEqual([]);
  });

  test.each([
    ['a minute ago', 60_000, 1],
    ['an hour ago', 3_600_000, 0],
  ])('that were restarted %s and serve', (_, ago, count) => {
    const finishedAt = new Date(NOW - ago).toISOString();
    const pod = ended(ownedPod('blue', 'b1', { restarts: 1 }), { exitCode: 2, finishedAt });
    const findings = crashes.examine(factsOf({ state: bluePods(pod) }));
    expect(findings).toHaveLength(count);
    for (const finding of findings)
      expect(finding).toMatchObject({ id: 'restarts', severity: 'warning', affects: 'traffic' });
  });

  test('that were evicted are told, and their remains can go', () => {
    const pod = ownedPod('blue', 'b9');
    pod.status = { phase: 'Failed', reason: 'Evicted', message: 'low on memory' };
    expect(crashes.examine(factsOf({ state: bluePods(ownedPod('blue', 'b1'), pod) }))).toEqual([
      expect.objectContaining({
        id: 'evicted',
        fix: 'kubectl delete pods -l app=shop,version=blue --field-selector=status.phase=Failed -n store --context=prod',
      }),
    ]);
  });
});
