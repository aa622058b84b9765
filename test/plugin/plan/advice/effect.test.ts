import { describe, expect, test } from '@jest/globals';
import type { Color } from '../../../../charts/names.js';
import type { ReplicaSet } from '../../../../plugin/core/kubernetes.js';
import { effectOf } from '../../../../plugin/plan/advice/effect.js';
import type { AdviceInput } from '../../../../plugin/plan/advice/input.js';
import { historyAnnotation } from '../../../../plugin/plan/history.js';
import { operationAnnotation } from '../../../../plugin/plan/operation.js';
import { servedAnnotation } from '../../../../plugin/plan/served.js';
import type { State } from '../../../../plugin/plan/state.js';
import { bothColors, deployment, POLICY, replicaSet, service, stateOf } from '../../cluster-objects.js';
import { manifestDeployment, manifestsOf } from '../../manifests.js';

const record = { by: 'ada@host', at: '2026-01-01T00:00:00.000Z' };
const SERVED = { color: 'green', operationId: 'op-7', at: '2026-01-02T03:04:05.000Z', version: 'v0.2.0' } as const;

/** Green has the traffic with v0.2.0; blue runs v0.1.0, with which it had the traffic before; git says v0.1.0 of both. */
function input(more: Partial<State> = {}, advice: Partial<AdviceInput> = {}): AdviceInput {
  const active = service('shop-active', 'green', { from: 'blue' });
  const entries = [
    { ...record, id: '0', kind: 'deploy', from: 'blue', to: 'blue', outcome: 'installed', toVersion: 'v0.1.0' },
    {
      ...record,
      id: 'op-1',
      kind: 'promote',
      from: 'blue',
      to: 'green',
      outcome: 'complete',
      fromVersion: 'v0.1.0',
      toVersion: 'v0.2.0',
    },
  ] as const;
  active.metadata.annotations = { ...active.metadata.annotations, ...historyAnnotation(entries, active) };
  const state = stateOf({ active, deployments: deployments('v0.1.0', 'v0.2.0'), ...more });
  return {
    release: 'shop',
    state,
    policies: bothColors(POLICY),
    live: new Map(),
    manifests: manifests('v0.1.0'),
    ...advice,
  };
}
const deployments = (blue: string, green: string) => ({
  blue: deployment('blue', blue),
  green: deployment('green', green),
});
const manifests = (version: string) => {
  const all = manifestsOf({ green: manifestDeployment('green', version) });
  const blue = all.colors.blue.map((one) => (one.kind === 'Deployment' ? manifestDeployment('blue', version) : one));
  return { ...all, colors: { ...all.colors, blue } };
};
const without = (state: State): State => {
  const { active, ...rest } = state;
  return rest;
};
const revision = (color: Color, number: number, version: string): ReplicaSet => ({
  ...replicaSet(color, `h${number}`, number),
  spec: { template: deployment(color, version).spec.template },
});

const back = 'moves traffic from green (v0.2.0) to blue (v0.1.0): an older version, which had the traffic before';

describe('a printed command', () => {
  test.each<[string, string | undefined]>([
    ['promote shop -f dist/', back],
    ['rollback shop --to=blue', back],
    ['promote shop --to=green --write-back', undefined],
    ['promote shop -f dist/ --dry-run', undefined],
    ['promote shop --version=v0.3.0', 'moves traffic from green (v0.2.0) to blue (v0.3.0): a newer version'],
    [
      'promote shop -f dist/ --version=v0.2.0 --to=blue',
      'moves traffic from green (v0.2.0) to blue (v0.2.0): the same version',
    ],
    [
      'promote shop --image=registry.example:5000/shop:nightly',
      'moves traffic from green (v0.2.0) to blue (nightly): another version',
    ],
    ['deploy shop -f dist/', undefined],
    ['cleanup shop', undefined],
    ['promote another -f dist/', undefined],
  ])('of the plugin, %s: %s', (words, effect) => {
    expect(effectOf(input(), `kubectl bluegreen ${words} -n store --context=prod`)).toBe(effect);
  });

  test.each<[string, string | undefined]>([
    [`patch service shop-active --type=merge -p '{"spec":{"selector":{"app":"shop","version":"blue"}}}'`, back],
    [`patch service shop-active --type=merge -p '{"spec":{"selector":{"version":"green","tier":null}}}'`, undefined],
    [`patch service shop-preview --type=merge -p '{"spec":{"selector":{"version":"green"}}}'`, undefined],
    [
      'apply -f dist/shop-green.k8s.yaml',
      'brings green, which has the traffic, from v0.2.0 to v0.1.0: an older version',
    ],
    ['apply -f dist/shop-blue.k8s.yaml', undefined],
    [
      'rollout undo deployment/shop-green --to-revision=1',
      'brings green, which has the traffic, from v0.2.0 to v0.1.9: an older version',
    ],
    ['rollout undo deployment/shop-blue --to-revision=1', undefined],
    [
      `patch deployment shop-green -p '{"spec":{"template":{"spec":{"containers":[{"name":"shop","image":"r/shop:v2.0.0"}]}}}}'`,
      'brings green, which has the traffic, from v0.2.0 to v2.0.0: a newer version',
    ],
    [
      `patch deployment shop-green -p '{"spec":{"template":{"spec":{"containers":[{"name":"shop","imagePullPolicy":"Always"}]}}}}'`,
      undefined,
    ],
    [
      'delete deployment/shop-green -n store && kubectl bluegreen deploy shop -f dist/',
      'deletes every Pod of green, which has the traffic',
    ],
    ['patch pdb x -p garbled', undefined],
  ])('of kubectl, %s: %s', (words, effect) => {
    const replicaSets = [revision('green', 1, 'v0.1.9'), revision('blue', 1, 'v0.0.9')];
    expect(effectOf(input({ replicaSets }), `kubectl ${words} -n store`)).toBe(effect);
  });

  test('that applies the file of a color says so also where the file was not read', () => {
    expect(effectOf(input({}, { manifests: undefined }), 'kubectl apply -f x/shop-green.k8s.yaml')).toBe(
      'brings green, which has the traffic, to what the file says',
    );
  });

  test('names the version that a Deployment had which is gone', () => {
    const blue = deployment('blue', 'v0.1.0');
    const recorded = { ...blue, metadata: { ...blue.metadata, annotations: servedAnnotation(SERVED) } };
    const state = input({ deployments: { blue: recorded, green: undefined } });
    expect(effectOf(state, 'kubectl apply -f dist/shop-green.k8s.yaml')).toBe(
      'brings green, which has the traffic and no Deployment, from v0.2.0 to v0.1.0: an older version',
    );
  });

  test('that makes the active Service anew says for which color', () => {
    const green = deployment('green', 'v0.2.0');
    const recorded = { ...green, metadata: { ...green.metadata, annotations: servedAnnotation(SERVED) } };
    const { state } = input({ deployments: { blue: deployment('blue', 'v0.1.0'), green: recorded } });
    const evidence = 'green had the traffic last, with v0.2.0, since 2026-01-02T03:04:05.000Z (operation op-7)';
    const advice = input({}, { state: without(state) });
    expect(effectOf(advice, 'kubectl bluegreen deploy shop -f dist/')).toBe(
      `sends traffic to green (v0.2.0), and no color has it now: ${evidence}`,
    );
    expect(effectOf(advice, 'kubectl bluegreen deploy shop -f dist/ --to=blue')).toBe(
      `sends traffic to blue (v0.1.0), and no color has it now, although ${evidence}`,
    );
  });

  test('that makes it anew asks, where no record says for which color', () => {
    const { preview, ...state } = without(input({ deployments: deployments('v0.3.0', 'v0.2.0') }).state);
    expect(effectOf(input({}, { state }), 'kubectl bluegreen deploy shop -f dist/')).toMatch(
      /^asks which color is to have the traffic: no record says .*: blue runs v0\.3\.0 .*, green runs v0\.2\.0 /,
    );
  });

  test('that ends an overlap says which color keeps the traffic', () => {
    const active = service('shop-active', 'blue');
    active.spec.selector = { app: 'shop' };
    active.metadata.annotations = operationAnnotation({
      ...record,
      id: 'op-1',
      kind: 'promote',
      from: 'blue',
      to: 'green',
      outcome: 'overlapping',
    });
    const labelled = (color: Color, version: string) => {
      const one = deployment(color, version);
      return {
        ...one,
        spec: {
          ...one.spec,
          template: { ...one.spec.template, metadata: { labels: { app: 'shop', version: color } } },
        },
      };
    };
    const both = input({
      active,
      deployments: { blue: labelled('blue', 'v0.1.0'), green: labelled('green', 'v0.2.0') },
    });
    expect(effectOf(both, 'kubectl bluegreen promote shop --to=green')).toBe(
      'leaves all traffic on green (v0.2.0); blue (v0.1.0) has it as well now',
    );
  });

  test('that would be refused moves nothing', () => {
    const extra = service('shop-active', 'green', {}, { tier: 'web' });
    expect(effectOf(input({ active: extra }), 'kubectl bluegreen rollback shop --to=blue')).toBeUndefined();
  });
});
