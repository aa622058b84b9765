import { describe, expect, test } from '@jest/globals';
import type { Color } from '../../../../charts/names.js';
import { compareWithRevision } from '../../../../plugin/commands/diff/revision.js';
import { servingReport } from '../../../../plugin/commands/diff/serving.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { configMap, manifestDeployment, manifestObjects } from '../../manifests.js';

const byCluster = (color: Color) =>
  ({ by: 'cluster', color, where: 'service/shop-active in namespace store' }) as const;

function report(before: readonly KubernetesObject[], after: readonly KubernetesObject[], color: Color = 'blue') {
  const base = { source: 'dist', revision: 'main', commit: 'a'.repeat(40), release: undefined };
  return servingReport('shop', compareWithRevision({ ...base, before, after }).changes, byCluster(color));
}
const withGreen = (version: string, more = {}, active: Color = 'blue') =>
  manifestObjects({ green: manifestDeployment('green', version, more), active });
/** A ConfigMap of one color. */
const configOf = (color: Color, value: string) => {
  const object = configMap(value);
  return { ...object, metadata: { name: `shop-${color}-config`, labels: { app: 'shop', version: color } } };
};

describe('a commit that a GitOps tool applies', () => {
  test('may change the color that has no traffic, and reviewers are told why that is safe', () => {
    expect(report(manifestObjects(), withGreen('v3'))).toEqual({
      release: 'shop',
      note: 'blue has the traffic of shop (service/shop-active in namespace store selects it); nothing here changes its Pods, only green may be replaced',
      refused: [],
    });
  });

  test('may change what both colors use, and reviewers are told when the color with traffic gets it', () => {
    const shared = (value: string) => manifestObjects({ more: [configMap(value)] });
    const { note, refused } = report(shared('a'), shared('b'));
    expect(refused).toEqual([]);
    expect(note).toMatch(
      /; configmap\/\S+ is changed, and both colors use it: Pods of blue get that when they restart$/,
    );
  });

  test('may not change the color that has it, whatever the manifests call active', () => {
    const { note, refused } = report(manifestObjects(), withGreen('v3'), 'green');
    expect(refused).toEqual([
      'deployment.apps/shop-green is changed: green has the traffic, and its Pods would be replaced by others that are not verified',
    ]);
    expect(note).toBe('green has the traffic of shop (service/shop-active in namespace store selects it)');
  });

  test.each<[string, KubernetesObject[], KubernetesObject[], string | undefined]>([
    ['scale it', withGreen('v2'), withGreen('v2', { replicas: 5 }), undefined],
    [
      'delete it',
      withGreen('v2'),
      withGreen('v2').filter(({ metadata }) => metadata.name !== 'shop-green'),
      'is removed',
    ],
    [
      'change its configuration',
      manifestObjects({ more: [configOf('green', 'a')] }),
      manifestObjects({ more: [configOf('green', 'b')] }),
      'and its Pods use it',
    ],
    [
      'change that of the other color',
      manifestObjects({ more: [configOf('blue', 'a')] }),
      manifestObjects({ more: [configOf('blue', 'b')] }),
      undefined,
    ],
    ['change nothing', manifestObjects(), manifestObjects(), undefined],
  ])('that would %s is judged by what becomes of its Pods', (_, before, after, words) => {
    const { refused } = report(before, after, 'green');
    if (words === undefined) expect(refused).toEqual([]);
    else expect(refused).toEqual([expect.stringContaining(words)]);
  });

  test('may move traffic, or give the other color a version, and not both', () => {
    expect(report(withGreen('v2'), withGreen('v2', {}, 'green')).refused).toEqual([]);
    expect(report(withGreen('v2'), withGreen('v3', {}, 'green')).refused).toEqual([
      'service/shop-active moves traffic to green, and deployment.apps/shop-green gets other Pods in the same commit: they cannot be verified before; commit the version first',
    ]);
  });

  test('is judged by the manifests where no cluster can be asked, which is said', () => {
    const base = { source: 'dist', revision: 'main', commit: 'a'.repeat(40), release: undefined };
    const { changes } = compareWithRevision({ ...base, before: manifestObjects(), after: withGreen('v3') });
    expect(servingReport('shop', changes, { by: 'spec', color: 'blue', why: 'no cluster' }).note).toContain(
      '(the manifests say so: no cluster)',
    );
  });
});
