import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { bluegreen, goBack, kubectl, manifestFile, merge, quote } from '../../../../plugin/commands/doctor/remedies.js';
import type { ReplicaSet, Service } from '../../../../plugin/core/kubernetes.js';
import { type HistoryEntry, historyAnnotation } from '../../../../plugin/plan/history.js';
import { replicaSet, service } from '../../cluster-objects.js';
import { detailed, earlier, factsOf, greenPods, healthyState, ownedPod } from './facts.js';

describe('commands', () => {
  test.each(['plain', 'a b', `it's`, '$(reboot)', '`x`', '{"a":"b"}', 'a\nb', '', '!', '~', '*'])(
    'a shell reads %j back as one word',
    (word) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })).toBe(word);
    },
  );

  test('end with the namespace and the cluster that were examined', () => {
    const facts = factsOf({ clusterFlags: ['--kubeconfig=/home/ada/my config', '--context=prod'] });
    const flags = "-n store '--kubeconfig=/home/ada/my config' --context=prod";
    expect(kubectl(facts, 'get', 'pods')).toBe(`kubectl get pods ${flags}`);
    expect(bluegreen(facts, 'rollback', '--to=blue')).toBe(`kubectl bluegreen rollback shop --to=blue ${flags}`);
    expect(merge(facts, 'pdb', 'x', { spec: null })).toBe(
      `kubectl patch pdb x --type=merge -p '{"spec":null}' ${flags}`,
    );
  });

  test.each([
    [[], 'dist/shop-blue.k8s.yaml'],
    [['out'], 'out/shop-blue.k8s.yaml'],
    [['out//'], 'out/shop-blue.k8s.yaml'],
    [['shop.yaml'], 'dist/shop-blue.k8s.yaml'],
    [['a', 'b'], 'dist/shop-blue.k8s.yaml'],
  ])('with -f %j name the file %s', (filenames, file) => {
    expect(manifestFile(factsOf({ filenames }), '-blue')).toBe(file);
  });
});

const entry = { id: 'op-0', by: 'ada@host', at: '2026-01-01T00:00:00.000Z' };
const withHistory = (...entries: HistoryEntry[]): Service => {
  const active = service('shop-active', 'blue');
  active.metadata.annotations = historyAnnotation(entries, active);
  return active;
};
const onlyInstalled = () => withHistory({ ...entry, kind: 'deploy', from: 'blue', to: 'blue', outcome: 'installed' });
const promotedFrom = (fromVersion: string) =>
  withHistory({
    ...entry,
    kind: 'promote',
    from: 'green',
    to: 'blue',
    outcome: 'complete',
    fromVersion,
    toVersion: 'v1',
  });
const revisionOf = (version: string, number: number): ReplicaSet => ({
  ...replicaSet('green', `h${number}`, number),
  spec: { template: detailed('green', version).spec.template },
});

describe('a color whose Pods are sick', () => {
  const same = { deployments: { ...healthyState().deployments, green: detailed('green', 'v1') } };

  test.each([
    ['gives its traffic back', factsOf(), 'blue', 'kubectl bluegreen rollback shop --to=green'],
    [
      'takes the image of the other color',
      factsOf(),
      'green',
      'kubectl bluegreen deploy shop --image=registry.example:5000/shop:v1',
    ],
    [
      'goes to its template before, when both run the same',
      factsOf({ state: { ...same, replicaSets: earlier('green') } }),
      'green',
      'kubectl rollout undo deployment/shop-green --to-revision=0',
    ],
    [
      'is started again, when it has no template before',
      factsOf({ state: same }),
      'green',
      'kubectl rollout restart deployment/shop-green',
    ],
    [
      'keeps its traffic while the other has no ready Pod',
      factsOf({ state: greenPods(ownedPod('green', 'g1', { ready: false })) }),
      'blue',
      'kubectl rollout restart deployment/shop-blue',
    ],
    [
      'does not give its traffic to a version that never had it',
      factsOf({ state: { active: onlyInstalled(), replicaSets: earlier('blue') } }),
      'blue',
      'kubectl rollout undo deployment/shop-blue --to-revision=0',
    ],
    [
      'gives its traffic back to the revision that had it, where the other color was deployed to since',
      factsOf({ state: { active: promotedFrom('v7'), replicaSets: [revisionOf('v7', 4), revisionOf('v0', 5)] } }),
      'blue',
      'kubectl bluegreen rollback shop --to=green --to-revision=4',
    ],
  ] as const)('%s', (_, facts, color, command) => {
    expect(goBack(facts, color)).toBe(`${command} -n store --context=prod`);
  });
});
