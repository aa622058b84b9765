import { describe, expect, test } from '@jest/globals';
import { nodes, scheduling } from '../../../../../plugin/commands/doctor/examinations/scheduling.js';
import type { Node } from '../../../../../plugin/commands/doctor/kinds.js';
import type { Pod } from '../../../../../plugin/core/kubernetes.js';
import { bluePods, factsOf, greenPods, ownedPod } from '../facts.js';

function pending(color: 'blue' | 'green', message: string, spec = {}): Pod {
  const pod = ownedPod(color, `${color}-1`, { ready: false }, spec);
  pod.status = {
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
  };
  return pod;
}
const node = (spec: Node['spec'], conditions: NonNullable<Node['status']>['conditions'] = []): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  spec,
  status: { conditions },
});

describe('Pods that no node takes', () => {
  test.each([
    [
      'were cordoned off',
      '1 node(s) were unschedulable',
      {},
      node({ unschedulable: true }),
      'kubectl describe nodes n1 --context=prod',
    ],
    [
      'want a label',
      "1 node(s) didn't match Pod's node affinity/selector",
      { nodeSelector: { disk: 'ssd' } },
      node({}),
      'kubectl get nodes --show-labels --context=prod',
    ],
    [
      'do not tolerate a taint',
      '1 node(s) had untolerated taint {dedicated: web}',
      {},
      node({ taints: [{ key: 'dedicated', value: 'web', effect: 'NoSchedule' }] }),
      'kubectl describe nodes n1 --context=prod',
    ],
    [
      'need more than there is',
      '1 Insufficient cpu',
      {},
      node({}),
      'kubectl scale deployment/shop-green --replicas=0 -n store --context=prod',
    ],
  ])('because they %s', (_, message, spec, one, fix) => {
    const state = greenPods(pending('green', `0/1 nodes are available: ${message}`, spec));
    expect(scheduling.examine(factsOf({ state, nodes: [one] }))).toEqual([
      expect.objectContaining({ id: 'unschedulable', severity: 'problem', affects: 'promotion', fix }),
    ]);
  });

  test('of the active color get the room of the idle one', () => {
    const state = bluePods(pending('blue', '0/1 nodes are available: 1 Insufficient memory'), ownedPod('blue', 'b2'));
    expect(scheduling.examine(factsOf({ state }))[0]).toMatchObject({
      affects: 'traffic',
      fix: 'kubectl bluegreen cleanup shop -n store --context=prod',
    });
  });
});

describe('nodes', () => {
  const on = (name: string) => bluePods(ownedPod('blue', 'b1', {}, { nodeName: name }), ownedPod('blue', 'b2'));

  test.each([
    ['node-not-ready', { type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: 'stopped posting' }],
    ['node-pressure', { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure', message: 'disk' }],
  ])('%s', (id, condition) => {
    expect(nodes.examine(factsOf({ state: on('n1'), nodes: [node({}, [condition])] }))).toEqual([
      expect.objectContaining({
        id,
        severity: 'problem',
        affects: 'traffic',
        fix: 'kubectl describe nodes n1 --context=prod',
      }),
    ]);
  });

  test('of others do not matter, nor what is as it should be', () => {
    const sick = node({}, [{ type: 'Ready', status: 'False' }]);
    const fine = node({}, [
      { type: 'Ready', status: 'True' },
      { type: 'DiskPressure', status: 'False' },
    ]);
    expect(nodes.examine(factsOf({ state: on('n2'), nodes: [sick] }))).toEqual([]);
    expect(nodes.examine(factsOf({ state: on('n1'), nodes: [fine] }))).toEqual([]);
  });
});
