import { describe, expect, test } from '@jest/globals';
import { planRollback } from '../../../plugin/plan/rollback.js';
import { deployment, inputOf, POLICY, service, stateOf } from '../cluster-objects.js';

const kinds = (plan: ReturnType<typeof planRollback>) => plan.steps.map((step) => step.kind);

describe('planRollback', () => {
  test.each([
    ['blue', 'green'],
    ['green', 'blue'],
  ] as const)('moves traffic from %s back to %s, without a question', (from, to) => {
    const plan = planRollback(inputOf({ state: stateOf({ active: service('shop-active', from, {}) }) }));
    expect(plan).toMatchObject({ from, to });
    expect(kinds(plan)).toEqual(['wait', 'verify', 'switch', 'preview', 'prove', 'record']);
  });

  test('scales a color that was scaled down up first, and down again should it fail', () => {
    const deployments = {
      blue: deployment('blue', 'v1', { replicas: 3 }),
      green: deployment('green', 'v0', { replicas: 0 }),
    };
    const plan = planRollback(inputOf({ state: stateOf({ deployments }) }));
    expect(plan.steps[0]).toEqual({ kind: 'patch', deployment: 'shop-green', patch: { replicas: 3 } });
    expect(plan.undo).toMatchObject([{ kind: 'restore', objects: [{ spec: { replicas: 0 } }] }]);
  });

  test('keeps the image that the other color runs', () => {
    const plan = planRollback(inputOf({ intent: { target: { version: 'v9' } } }));
    expect(JSON.stringify(plan.steps)).not.toContain('v9');
  });

  test('runs no command, and says so: it is what somebody does in a hurry', () => {
    const suite = { name: 'suite', command: ['npm', 'test'], timeoutSeconds: 1, retries: 1, intervalSeconds: 1 };
    const plan = planRollback(inputOf({ policy: { ...POLICY, checks: [...POLICY.checks, suite] } }));
    const verify = plan.steps.find((step) => step.kind === 'verify');
    expect(verify).toMatchObject({ checks: POLICY.checks });
    expect(plan.warnings).toEqual(['check "suite" runs a command: a rollback does not wait for it']);
  });

  test('finds nothing to do when traffic is where it is to end', () => {
    const plan = planRollback(inputOf({ intent: { target: {}, to: 'blue' } }));
    expect(plan).toMatchObject({ steps: [], nothingToDo: 'blue is active and runs v1' });
  });

  test('finishes a rollback that was cut off after its switch', () => {
    const active = service('shop-active', 'blue', { kind: 'rollback', outcome: 'switched' });
    const plan = planRollback(inputOf({ state: stateOf({ active }) }));
    expect(kinds(plan)).toEqual(['preview', 'prove', 'record']);
  });

  test('leaves a promotion that was cut off, since that is what is to be undone', () => {
    const active = service('shop-active', 'blue', { kind: 'promote', outcome: 'switched' });
    expect(planRollback(inputOf({ state: stateOf({ active }) }))).toMatchObject({ from: 'blue', to: 'green' });
  });
});
