import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { ReplicaSet } from '../../../plugin/core/kubernetes.js';
import { planRollback } from '../../../plugin/plan/rollback.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { describeStep, summarizeStep } from '../../../plugin/steps/registry.js';
import { deployment, inputOf, POLICY, replicaSet, service, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';

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

  describe('to a revision', () => {
    const template = (version: string, container = {}) => ({
      metadata: { labels: { app: 'shop', version: 'green' } },
      spec: { containers: [{ name: 'shop', image: `registry.example:5000/shop:${version}`, ...container }] },
    });
    const set = (revision: number, version: string, container = {}): ReplicaSet => ({
      ...replicaSet('green', version, revision),
      spec: { template: template(version, container) },
    });
    const deployments = {
      blue: deployment('blue', 'v1'),
      green: deployment('green', 'v3', { template: template('v3') }),
    };
    const state = stateOf({
      deployments,
      replicaSets: [set(1, 'v0', { ports: [] }), set(2, 'v2'), set(3, 'v3')],
    });
    const planTo = (toRevision: number, more = {}) =>
      planRollback(inputOf({ state, intent: { target: {}, toRevision, ...more } }));

    test.each([
      [0, 2, 'v2'],
      [2, 2, 'v2'],
      [1, 1, 'v0'],
    ])(
      '%d brings its whole template to the other color, and puts it back should it fail',
      (wanted, number, version) => {
        const plan = planTo(wanted);
        const image = `registry.example:5000/shop:${version}`;
        expect(plan.steps[0]).toMatchObject({
          kind: 'patch',
          deployment: 'shop-green',
          patch: { revision: { number, template: { spec: { containers: [{ image }] } } } },
        });
        expect(describeStep(plan.steps[0] as Step)).toContain(`template of revision ${number} (image ${image})`);
        expect(kinds(plan)).toEqual(['patch', 'wait', 'patch', 'verify', 'switch', 'preview', 'prove', 'record']);
        expect(plan.image).toBe(image);
        expect(plan.undo).toMatchObject([{ kind: 'restore', objects: [{ spec: { template: template('v3') } }] }]);
      },
    );

    test('that it runs already changes nothing of it', () => {
      expect(kinds(planTo(3))).toEqual(['wait', 'verify', 'switch', 'preview', 'prove', 'record']);
    });

    test('that is not kept is refused', () => {
      expect(() => planTo(9)).toThrow(
        failure(
          RefusedError,
          'unable to find specified revision 9 in history of deployment "shop-green": it has 1, 2, 3',
        ),
      );
    });

    test('of the color that has the traffic is refused', () => {
      expect(() => planTo(2, { to: 'blue' })).toThrow(
        'a revision is only ever brought back on the color that has no traffic',
      );
    });

    test('is named, and its template is not, in the document', () => {
      const [step] = planTo(2).steps;
      expect(summarizeStep(step as Step)).toMatchObject({ patch: { revision: 2 } });
    });
  });
});
