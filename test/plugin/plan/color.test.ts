import { describe, expect, test } from '@jest/globals';
import type { Deployment, KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { type ColorInput, planColor } from '../../../plugin/plan/color.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { deployment, POLICY, stateOf } from '../cluster-objects.js';
import { asLive, autoscaler, liveObjects, manifestDeployment, manifestService, manifestsOf } from '../manifests.js';

const ownService = manifestService('shop-green', 'green', { version: 'green' });
const LIVE_V0 = asLive(manifestDeployment('green', 'v0'));

interface Situation extends Partial<ColorInput> {
  /** Green's Deployment in the cluster. */
  readonly green?: Deployment | undefined;
  readonly blue?: Deployment;
}

/** Green is deployed from manifests: its Service is in the cluster already, its Deployment runs v0. */
function plan({ blue = deployment('blue', 'v1'), ...more }: Situation = {}) {
  const green = 'green' in more ? more.green : LIVE_V0;
  return planColor({
    state: stateOf({ deployments: { blue, green } }),
    color: 'green',
    policy: POLICY,
    intent: { target: {} },
    manifests: manifestsOf(),
    live: liveObjects(ownService, ...(green ? [green] : [])),
    ...more,
  });
}

const kinds = (steps: readonly Step[]) => steps.map((step) => step.kind);
const applied = (steps: readonly Step[]) => steps.flatMap((step) => (step.kind === 'apply' ? step.objects : []));
const names = (objects: readonly KubernetesObject[]) => objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
const deploymentsOf = (steps: readonly Step[]) =>
  applied(steps).filter((o): o is Deployment => o.kind === 'Deployment');
const withoutReplicas = (version: string) => {
  const { replicas, ...spec } = manifestDeployment('green', version).spec;
  return { ...manifestDeployment('green', version), spec };
};

describe('planColor with manifests', () => {
  test('replaces all Pods at once, waits, and then has the own strategy back', () => {
    const { steps } = plan();
    expect(kinds(steps)).toEqual(['apply', 'wait', 'apply']);
    const [fast, own] = deploymentsOf(steps);
    expect(fast?.spec.strategy?.rollingUpdate).toEqual({ maxSurge: '100%', maxUnavailable: '100%' });
    expect(own).toEqual(manifestDeployment('green', 'v2'));
    expect({ ...fast?.spec, strategy: 0 }).toEqual({ ...own?.spec, strategy: 0 });
  });

  test('replaces Pods gradually when the policy says so', () => {
    const policy = { ...POLICY, rollout: { ...POLICY.rollout, replace: 'gradually' as const } };
    const { steps } = plan({ policy });
    expect(kinds(steps)).toEqual(['apply', 'wait']);
    expect(deploymentsOf(steps)[0]).toEqual(manifestDeployment('green', 'v2'));
  });

  test('does not apply what is in the cluster as the manifest says it', () => {
    const green = asLive(manifestDeployment('green', 'v2'));
    const { steps, undo } = plan({ green });
    expect(kinds(steps)).toEqual(['wait']);
    expect(undo).toEqual([]);
  });

  test('applies only those objects of the color that differ', () => {
    expect(names(applied(plan().steps))).toEqual(['Deployment/shop-green', 'Deployment/shop-green']);
    expect(names(applied(plan({ live: liveObjects(LIVE_V0) }).steps))).toContain('Service/shop-green');
  });

  test('applies nothing of the other color, nothing shared and no Service of traffic', () => {
    const every = names(applied(plan({ live: new Map() }).steps));
    expect(new Set(every)).toEqual(new Set(['Service/shop-green', 'Deployment/shop-green']));
  });

  test.each([
    ['the version asked for', { version: 'v3' }, 'registry.example:5000/shop:v3'],
    ['the image asked for', { image: 'other/shop:v4' }, 'other/shop:v4'],
    ['what the manifest says', {}, 'registry.example:5000/shop:v2'],
  ])('deploys %s', (_, target, image) => {
    const result = plan({ intent: { target } });
    expect(result.image).toBe(image);
    for (const one of deploymentsOf(result.steps)) expect(one.spec.template.spec.containers[0]?.image).toBe(image);
  });

  test('gives it the replicas that its manifest says, and says that fewer than serve get the traffic', () => {
    const { steps, warnings } = plan({ blue: deployment('blue', 'v1', { replicas: 9 }) });
    expect(deploymentsOf(steps).map((one) => one.spec.replicas)).toEqual([2, 2]);
    expect(warnings).toEqual(['green gets 2 replicas, as its manifest says; blue has the traffic with 9']);
  });

  test('gives it as many replicas as a person gave the color that has the traffic', () => {
    const blue = deployment('blue', 'v1', { replicas: 9 });
    const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
    blue.metadata.managedFields = [{ manager: 'kubectl', operation: 'Update', subresource: 'scale', fieldsV1 }];
    const { steps, warnings } = plan({ blue });
    expect(deploymentsOf(steps).map((one) => one.spec.replicas)).toEqual([9, 9]);
    expect(warnings[0]).toContain('scaled to 9 replicas by kubectl');
  });

  test('keeps more replicas than the color that has the traffic', () => {
    const manifests = manifestsOf({ green: manifestDeployment('green', 'v2', { replicas: 5 }) });
    expect(deploymentsOf(plan({ manifests }).steps).map((one) => one.spec.replicas)).toEqual([5, 5]);
  });

  test('creates a color that is not there with its own strategy: there is nothing to replace', () => {
    const { steps, undo } = plan({ green: undefined });
    expect(kinds(steps)).toEqual(['apply', 'wait']);
    expect(deploymentsOf(steps)).toEqual([manifestDeployment('green', 'v2')]);
    expect(undo).toEqual([{ kind: 'delete', objects: deploymentsOf(steps) }]);
  });

  test('undoes by putting back what was there and deleting what was not', () => {
    const manifests = manifestsOf({ more: [autoscaler('green')] });
    const { undo } = plan({ manifests });
    expect(undo).toMatchObject([
      {
        kind: 'restore',
        objects: [{ kind: 'Deployment', metadata: { name: 'shop-green', uid: LIVE_V0.metadata.uid } }],
      },
      { kind: 'delete', objects: [{ kind: 'HorizontalPodAutoscaler' }] },
    ]);
    expect(JSON.stringify(undo[0])).toContain('shop:v0');
  });
});

describe('planColor with manifests that leave the replicas to an autoscaler', () => {
  const manifests = manifestsOf({ green: withoutReplicas('v2'), more: [autoscaler('green')] });
  const green = asLive(withoutReplicas('v2'));
  const live = (replicas: number): Deployment => ({ ...green, spec: { ...green.spec, replicas } });
  const blue = deployment('blue', 'v1', { replicas: 6 });
  const plans = (replicas: number) =>
    plan({
      manifests,
      blue,
      green: live(replicas),
      live: liveObjects(ownService, autoscaler('green'), live(replicas)),
    });

  test('scales up to the color that has the traffic, and applies no replicas: they would be taken from the autoscaler', () => {
    const { steps } = plan({ manifests, blue });
    expect(steps.find((step) => step.kind === 'scale')).toEqual({
      kind: 'scale',
      deployment: 'shop-green',
      from: 2,
      to: 6,
    });
    for (const one of deploymentsOf(steps)) expect(one.spec).not.toHaveProperty('replicas');
    expect(kinds(steps)).toEqual(['apply', 'scale', 'wait', 'apply']);
  });

  test('scales a settled Deployment up, and puts its replicas back should the rest fail', () => {
    const { steps, undo } = plans(1);
    expect(kinds(steps)).toEqual(['scale', 'wait']);
    expect(undo).toMatchObject([
      { kind: 'restore', objects: [{ metadata: { name: 'shop-green' }, spec: { replicas: 1 } }] },
    ]);
  });

  test('scales up to no more than its autoscaler allows, which would take it away again, and says so', () => {
    const low = manifestsOf({ green: withoutReplicas('v2'), more: [autoscaler('green', 4)] });
    const { steps, replicas, warnings } = plan({ manifests: low, blue });
    expect(steps.find((step) => step.kind === 'scale')).toMatchObject({ to: 4 });
    expect(replicas).toBe(4);
    expect(warnings).toEqual([
      'green gets 4 replicas, the most that horizontalpodautoscaler "shop-green" allows; blue has the traffic with 6',
    ]);
  });

  test.each([6, 8])('does not scale where there are %d replicas already', (replicas) => {
    expect(kinds(plans(replicas).steps)).toEqual(['wait']);
  });
});
