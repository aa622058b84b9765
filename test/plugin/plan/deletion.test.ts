import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { planCleanup } from '../../../plugin/plan/cleanup.js';
import { deletions, requireKept } from '../../../plugin/plan/deletion.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import { planRollback } from '../../../plugin/plan/rollback.js';
import type { State } from '../../../plugin/plan/state.js';
import { deployment, inputOf, service, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { configMap, liveObjects, manifestsOf } from '../manifests.js';

const AT = '2026-01-02T03:04:05Z';

const going = <T extends KubernetesObject>(object: T, ...finalizers: string[]): T => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: AT, ...(finalizers.length > 0 && { finalizers }) },
});

const green = going(deployment('green', 'v0'), 'example.com/hold');
const blue = going(deployment('blue', 'v1'), 'example.com/hold');
const both = { blue: deployment('blue', 'v1'), green: deployment('green', 'v0') };
const GREEN = `deployment "shop-green" is being deleted since ${AT}; it is held by finalizer example.com/hold`;

describe('deletions', () => {
  test('names each object of a release that goes, and what holds it', () => {
    const state = stateOf({
      active: going(service('shop-active', 'blue', {}), 'service.kubernetes.io/load-balancer-cleanup', 'b'),
      deployments: { ...both, green },
    });
    expect(deletions(state)).toEqual([
      `service "shop-active" is being deleted since ${AT}; it is held by finalizers service.kubernetes.io/load-balancer-cleanup, b`,
      GREEN,
    ]);
    expect(deletions(stateOf({ preview: going(service('shop-preview', 'green')) }))).toEqual([
      `service "shop-preview" is being deleted since ${AT}`,
    ]);
    expect(deletions(stateOf())).toEqual([]);
  });
});

describe('requireKept', () => {
  const input = (more: Partial<State>) => inputOf({ state: stateOf(more) });
  const cleanup = (state: State) => planCleanup({ state, autoscalers: [], keep: 0, afterSeconds: 0 });

  test.each([
    ['deploy', (more: Partial<State>) => planDeploy(input(more))],
    ['promote', (more: Partial<State>) => planPromote(input(more))],
    ['rollback', (more: Partial<State>) => planRollback(input(more))],
    ['cleanup', (more: Partial<State>) => cleanup(stateOf(more))],
  ])('refuses a %s of a color whose Deployment goes, and lets it be where the other one does', (_, plan) => {
    const goes = { deployments: { ...both, green } };
    const refused = failure(RefusedError, `${GREEN}: run the command again when it is gone`);
    expect(() => requireKept(plan(goes), stateOf(goes))).toThrow(refused);
    const other = { deployments: { ...both, blue } };
    expect(() => requireKept(plan(other), stateOf(other))).not.toThrow();
  });

  test('refuses while the active Service goes', () => {
    const more = { active: going(service('shop-active', 'blue', {})) };
    expect(() => requireKept(planDeploy(input(more)), stateOf(more))).toThrow(`service "shop-active" is being deleted`);
  });

  test('refuses to apply what goes', () => {
    const manifests = manifestsOf();
    const config = going(configMap('hello'), 'example.com/hold');
    const live = new Map([...liveObjects(config)].map(([key]) => [key, config]));
    const state = stateOf();
    const plan = {
      ...planDeploy(inputOf({ state, manifests })),
      steps: [{ kind: 'apply' as const, objects: [config] }],
    };
    expect(() => requireKept(plan, state, live)).toThrow('configmap "shop-config" is being deleted');
  });

  test('does not mind where nothing is to be done', () => {
    const more = { deployments: { ...both, green } };
    const plan = planPromote({ ...input(more), intent: { target: {}, to: 'blue' } });
    expect(plan.nothingToDo).toBeDefined();
    expect(() => requireKept(plan, stateOf(more))).not.toThrow();
  });
});
