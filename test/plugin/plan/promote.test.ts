import { describe, expect, test } from '@jest/globals';
import { planPromote } from '../../../plugin/plan/promote.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { deployment, inputOf, POLICY, service, stateOf } from '../cluster-objects.js';
import { manifestsOf } from '../manifests.js';

const kinds = (steps: readonly Step[]) => steps.map((step) => step.kind);
const step = <K extends Step['kind']>(steps: readonly Step[], kind: K) =>
  steps.find((one): one is Step & { kind: K } => one.kind === kind);

describe('planPromote', () => {
  test.each([
    ['blue', 'green'],
    ['green', 'blue'],
  ] as const)('moves traffic from %s to %s', (from, to) => {
    const state = stateOf({ active: service('shop-active', from, {}) });
    const plan = planPromote(inputOf({ state }));
    expect(plan).toMatchObject({ from, to });
    expect(step(plan.steps, 'switch')).toMatchObject({ service: 'shop-active', from, to });
    expect(step(plan.steps, 'preview')).toMatchObject({ service: 'shop-preview', to: from });
    expect(step(plan.steps, 'prove')).toMatchObject({ service: 'shop-active', color: to });
  });

  test('verifies and asks before it switches, and proves and records after', () => {
    const plan = planPromote(inputOf());
    expect(kinds(plan.steps)).toEqual(['wait', 'verify', 'confirm', 'switch', 'preview', 'prove', 'record']);
  });

  test('guards the switch by the Service and by the last operation on record', () => {
    const { steps } = planPromote(inputOf());
    expect(step(steps, 'switch')?.guard).toEqual({ uid: 'uid-shop-active', lastOperationId: 'op-1' });
  });

  test('replaces idle Pods together and has the own strategy back before the switch', () => {
    const { steps } = planPromote(inputOf({ intent: { target: { version: 'v2' } } }));
    const patches = steps.filter((one) => one.kind === 'patch');
    expect(patches[0]?.patch).toMatchObject({
      image: { container: 'shop', image: 'registry.example:5000/shop:v2' },
      strategy: { rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } },
    });
    expect(patches[1]?.patch.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    expect(kinds(steps).slice(0, 5)).toEqual(['patch', 'wait', 'patch', 'verify', 'confirm']);
  });

  test('restores the strategy that a killed run left behind', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } };
    const state = stateOf({
      deployments: { blue: deployment('blue', 'v1'), green: deployment('green', 'v2', { strategy }) },
    });
    const { steps } = planPromote(inputOf({ state, intent: { target: { version: 'v2' } } }));
    const patches = steps.filter((one) => one.kind === 'patch');
    expect(patches.map((one) => one.patch.strategy?.rollingUpdate)).toEqual([{ maxSurge: 1, maxUnavailable: 0 }]);
  });

  test('never touches the active color', () => {
    const { steps, undo } = planPromote(inputOf({ intent: { target: { version: 'v2' } } }));
    expect(JSON.stringify([...steps, ...undo])).not.toContain('shop-blue');
  });

  test('raises the idle color to as many replicas as the active color has', () => {
    const deployments = {
      blue: deployment('blue', 'v1', { replicas: 7 }),
      green: deployment('green', 'v0', { replicas: 0 }),
    };
    const { steps } = planPromote(inputOf({ state: stateOf({ deployments }) }));
    expect(step(steps, 'patch')?.patch).toEqual({ replicas: 7 });
  });

  test('puts the idle color back as it was when it fails', () => {
    const { undo } = planPromote(inputOf({ intent: { target: { version: 'v2' } } }));
    const restored = step(undo, 'restore')?.objects[0];
    expect(restored).toMatchObject({ metadata: { name: 'shop-green', uid: 'uid-green' } });
    expect(JSON.stringify(restored)).toContain('shop:v0');
  });

  test('asks nothing when the policy says so, and watches as long as it says', () => {
    const promotion = { confirm: false, soakSeconds: 30, automaticRollback: true };
    const { steps } = planPromote(inputOf({ policy: { ...POLICY, promotion } }));
    expect(kinds(steps)).not.toContain('confirm');
    expect(step(steps, 'watch')).toMatchObject({ color: 'green', seconds: 30, automaticRollback: true });
    expect(kinds(steps).slice(-3)).toEqual(['record', 'watch', 'record']);
  });

  test.each([
    ['the version that has the traffic', { target: { version: 'v1' } }],
    ['the color that has the traffic', { target: {}, to: 'blue' as const }],
    ['both', { target: { version: 'v1' }, to: 'blue' as const }],
  ])('finds nothing to do when asked for %s', (_, intent) => {
    const plan = planPromote(inputOf({ intent }));
    expect(plan.steps).toEqual([]);
    expect(plan.nothingToDo).toBe('blue is active and runs v1');
  });

  test('refuses to deploy another version to the color that has the traffic', () => {
    const intent = { target: { version: 'v2' }, to: 'blue' as const };
    expect(() => planPromote(inputOf({ intent }))).toThrow(
      'blue is active and runs v1, not v2: a version is only ever deployed to the idle color',
    );
  });

  test.each([
    ['no version or color', { target: {} }],
    ['the same version', { target: { version: 'v1' } }],
  ])('finishes a promotion that was cut off after its switch, given %s', (_, intent) => {
    const state = stateOf({ active: service('shop-active', 'blue', { outcome: 'switched' }) });
    const plan = planPromote(inputOf({ state, intent }));
    expect(plan.to).toBe('blue');
    expect(kinds(plan.steps)).toEqual(['preview', 'prove', 'record']);
  });

  test('finishes a promotion whose watch was cut off, when asked for the color that it moved traffic to', () => {
    const state = stateOf({ active: service('shop-active', 'blue', { outcome: 'proved' }) });
    const { steps } = planPromote(inputOf({ state, intent: { target: {}, to: 'blue' } }));
    expect(step(steps, 'record')).toEqual({
      kind: 'record',
      service: 'shop-active',
      outcome: 'complete',
      operationId: 'op-1',
    });
  });

  test('takes a promotion whose watch was cut off for done, when asked for nothing in particular', () => {
    const state = stateOf({ active: service('shop-active', 'blue', { outcome: 'proved' }) });
    expect(planPromote(inputOf({ state }))).toMatchObject({ from: 'blue', to: 'green' });
  });

  test('carries to the switch how many replicas it prepares', () => {
    const deployments = {
      blue: deployment('blue', 'v1', { replicas: 7 }),
      green: deployment('green', 'v0', { replicas: 3 }),
    };
    expect(step(planPromote(inputOf({ state: stateOf({ deployments }) })).steps, 'switch')?.replicas).toBe(7);
  });

  test.each([
    [{ tier: 'web' }, 'app=shop,version=blue,tier=web'],
    [{ version: 'purple' }, 'app=shop,version=purple'],
    [{ app: 'other' }, 'app=other,version=blue'],
  ])('refuses a selector that was edited by hand: %j', (selector, seen) => {
    const state = stateOf({ active: service('shop-active', 'blue', {}, selector) });
    expect(() => planPromote(inputOf({ state }))).toThrow(
      `service "shop-active" has selector ${seen}, want app=shop,version=blue`,
    );
  });

  test('refuses a release that is not installed and says how to install it', () => {
    const { active, ...state } = stateOf({ deployments: { blue: undefined, green: undefined } });
    expect(() => planPromote(inputOf({ state }))).toThrow(
      'run "kubectl bluegreen deploy shop -f dist/" to install the release, or "kubectl bluegreen status" to see those that are there',
    );
  });

  test('refuses when the idle color has no Deployment', () => {
    const state = stateOf({ deployments: { blue: deployment('blue', 'v1'), green: undefined } });
    expect(() => planPromote(inputOf({ state }))).toThrow('deployments.apps "shop-green" not found');
  });
});

describe('a version that runs pinned by digest', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  const pinned = `v2@${digest}`;

  test('is nothing to do when it has the traffic', () => {
    const deployments = { blue: deployment('blue', pinned), green: deployment('green', 'v1') };
    const state = stateOf({ deployments });
    for (const intent of [{ target: { version: 'v2' } }, { target: { version: 'v2' }, to: 'blue' } as const])
      for (const more of [{}, { manifests: manifestsOf() }])
        expect(planPromote(inputOf({ state, intent, ...more })).nothingToDo).toBe('blue is active and runs v2');
  });

  test('is promoted as it is when the idle color runs it, with manifests and without', () => {
    const deployments = { blue: deployment('blue', 'v1'), green: deployment('green', pinned) };
    const state = stateOf({ deployments });
    const intent = { target: { version: 'v2' } };
    const image = `registry.example:5000/shop:${pinned}`;
    expect(planPromote(inputOf({ state, intent })).steps[0]?.kind).toBe('wait');
    expect(planPromote(inputOf({ state, intent })).image).toBe(image);
    expect(planPromote(inputOf({ state, intent, manifests: manifestsOf() })).image).toBe(image);
  });
});
