import { describe, expect, test } from '@jest/globals';
import { drift } from '../../../../../plugin/commands/doctor/examinations/drift.js';
import type { Facts } from '../../../../../plugin/commands/doctor/facts.js';
import type { Deployment, KubernetesObject } from '../../../../../plugin/core/kubernetes.js';
import { historyAnnotation } from '../../../../../plugin/plan/history.js';
import { objectKey } from '../../../../../plugin/plan/manifests.js';
import { service } from '../../../cluster-objects.js';
import { detailed, factsOf, healthyState } from '../facts.js';

const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'shop-blue', labels: { version: 'blue' } },
} as KubernetesObject;

/** Blue has the traffic with v0.2.0, green runs v0.1.0 as before; the manifests say something else. */
function examine(blue: Deployment, green: Deployment, more: Partial<Facts> = {}, others: KubernetesObject[] = []) {
  const live = { blue: detailed('blue', 'v0.2.0'), green: detailed('green', 'v0.1.0') };
  const active = service('shop-active', 'blue', {});
  const entry = {
    id: 'op-1',
    kind: 'promote',
    from: 'green',
    to: 'blue',
    by: 'ada@host',
    at: '2026-01-01T00:00:00.000Z',
  } as const;
  const entries = [{ ...entry, outcome: 'complete', fromVersion: 'v0.1.0', toVersion: 'v0.2.0' } as const];
  active.metadata.annotations = { ...active.metadata.annotations, ...historyAnnotation(entries, active) };
  const state = healthyState({ active, deployments: live });
  const manifests = { shared: [], colors: { blue: [blue, ...others], green: [green] }, active, preview: undefined };
  const all = [live.blue, live.green, active];
  const facts = factsOf({
    state,
    manifests,
    live: new Map(all.map((one) => [objectKey(one), one])),
    filenames: ['out/'],
    ...more,
  });
  return drift.examine(facts).filter(({ object }) => !object.endsWith('-green'));
}

describe('the color that has the traffic, where its manifest differs', () => {
  test.each<[string, string, string, string, RegExp]>([
    [
      'is written back where git names what users had before: promoting that would take them back',
      'v0.1.0',
      'v0.1.0',
      'promote shop --to=blue --write-back --output-dir=out',
      /blue has the traffic with v0\.2\.0, and its manifest says v0\.1\.0; .* promote without a version moves traffic from blue \(v0\.2\.0\) to green \(v0\.1\.0\): an older version/,
    ],
    [
      'is promoted where git names a newer version',
      'v0.3.0',
      'v0.3.0',
      'promote shop -f out/',
      /^what is reviewed is not what runs$/,
    ],
    [
      'is promoted where git names the same version for the other color',
      'v0.1.0',
      'v0.2.0',
      'promote shop -f out/',
      /^what is reviewed is not what runs$/,
    ],
    [
      'is promoted where git names a tag without an order that users never had',
      'nightly-2',
      'nightly-2',
      'promote shop -f out/',
      /^what is reviewed is not what runs$/,
    ],
  ])('%s', (_, blue, green, fix, why) => {
    expect(examine(detailed('blue', blue), detailed('green', green))).toEqual([
      expect.objectContaining({
        id: 'manifest-differs',
        affects: 'traffic',
        fix: `kubectl bluegreen ${fix} -n store --context=prod`,
        why: expect.stringMatching(why),
      }),
    ]);
  });

  test('is promoted at its own version where only the rest of its manifest differs, and git names an older one for the other', () => {
    expect(examine(detailed('blue', 'v0.2.0', { serviceAccountName: 'robot' }), detailed('green', 'v0.1.0'))).toEqual([
      expect.objectContaining({
        fix: 'kubectl bluegreen promote shop -f out/ --version=v0.2.0 --to=green -n store --context=prod',
        why: expect.stringContaining('promote without a version moves traffic from blue (v0.2.0) to green (v0.1.0)'),
      }),
    ]);
  });

  test.each([
    ['is applied with its file where the Deployment in it is as it runs', 'v0.2.0', 'apply'],
    ['is only shown where the file would change the Deployment, too', 'v0.1.0', 'diff'],
  ])('has an object that %s', (_, version, verb) => {
    const findings = examine(detailed('blue', version), detailed('green', 'v0.2.0'), {}, [budget]);
    expect(findings.find(({ object }) => object.includes('budget'))).toMatchObject({
      id: 'manifest-missing',
      fix: `kubectl ${verb} -f out/shop-blue.k8s.yaml -n store --context=prod`,
    });
  });
});
