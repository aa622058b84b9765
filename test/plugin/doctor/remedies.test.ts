import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { bluegreen, goBack, kubectl, manifestFile, merge, quote } from '../../../plugin/doctor/remedies.js';
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
  ] as const)('%s', (_, facts, color, command) => {
    expect(goBack(facts, color)).toBe(`${command} -n store --context=prod`);
  });
});
