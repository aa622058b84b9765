import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { Service } from '../../../plugin/core/kubernetes.js';
import { planCleanup } from '../../../plugin/plan/cleanup.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import { besideOtherServices, lowering, otherServices } from '../../../plugin/plan/other-services.js';
import type { Plan } from '../../../plugin/plan/steps.js';
import { deployment, inputOf, service, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';

function other(name: string, selector: Record<string, string> | undefined, type = 'ClusterIP'): Service {
  const { spec: _, ...rest } = service(name, 'green');
  return { ...rest, spec: { type, ...(selector && { selector }) } };
}

const GREEN = { app: 'shop', version: 'green' };
const LESS = { color: 'green', from: 2, to: 0 } as const;

describe('otherServices of green', () => {
  test.each<[string, Service, object]>([
    ['one made by hand', other('admin', GREEN), { alone: ['admin'], both: [] }],
    ['one that selects by the color alone', other('admin', { version: 'green' }), { alone: ['admin'], both: [] }],
    ['one that leads to both colors', other('metrics', { app: 'shop' }), { alone: [], both: ['metrics'] }],
    ["the other color's, edited by hand", service('shop-blue', 'green'), { alone: ['shop-blue'], both: [] }],
    ['none of its own', service('shop-green', 'green'), { alone: [], both: [] }],
    ['none of its own that previews', service('shop-preview', 'green'), { alone: [], both: [] }],
    ['none of another application', other('cart', { app: 'cart', version: 'green' }), { alone: [], both: [] }],
    ['none that wants one label more', other('canary', { ...GREEN, track: 'canary' }), { alone: [], both: [] }],
    ['none without a selector', other('manual', undefined), { alone: [], both: [] }],
    ['none with an empty selector', other('empty', {}), { alone: [], both: [] }],
    ['none of an external name', other('outside', GREEN, 'ExternalName'), { alone: [], both: [] }],
  ])('are %s', (_, one, found) => {
    expect(otherServices([one], stateOf(), 'green')).toEqual(found);
  });

  test('are found by the labels of its template while it has no Pod', () => {
    const labels = { ...GREEN, tier: 'web' };
    const own = deployment('green', 'v0');
    const template = { ...own.spec.template, metadata: { labels } };
    const deployments = { blue: deployment('blue', 'v1'), green: { ...own, spec: { ...own.spec, template } } };
    const state = stateOf({ deployments, pods: [] });
    expect(otherServices([other('web', { tier: 'web' })], state, 'green').alone).toEqual(['web']);
  });
});

describe('what a plan takes from the idle color', () => {
  const scaled = (replicas: number) => {
    const deployments = { blue: deployment('blue', 'v1'), green: deployment('green', 'v0', { replicas }) };
    return stateOf({ deployments });
  };

  test('is what a cleanup scales down', () => {
    const plan = planCleanup({ state: scaled(3), autoscalers: [], keep: 1, afterSeconds: 0 });
    expect(lowering(plan, scaled(3))).toEqual({ color: 'green', from: 3, to: 1 });
  });

  test.each([
    [4, 2, { color: 'green', from: 4, to: 2 }],
    [2, 2, undefined],
    [1, 2, undefined],
  ])('is the difference, where a deploy finds %i replicas and sets %i', (before, after, less) => {
    const state = scaled(before);
    const plan = planDeploy(inputOf({ state }));
    const steps: Plan['steps'] = [{ kind: 'scale', deployment: 'shop-green', from: before, to: after }];
    expect(lowering({ ...plan, steps }, state)).toEqual(less);
    expect(lowering({ ...plan, steps: [{ ...steps[0], deployment: 'shop-blue' } as never] }, state)).toBeUndefined();
  });
});

describe('besideOtherServices', () => {
  const plan = planCleanup({ state: stateOf(), autoscalers: [], keep: 0, afterSeconds: 0 });
  const beside = (services: readonly Service[] | undefined, force = false) =>
    besideOtherServices(plan, stateOf(), LESS, services, force);

  test('refuses, and names every Service that leads there alone', () => {
    expect(() => beside([other('admin', GREEN), other('ops', { version: 'green' })])).toThrow(
      failure(
        RefusedError,
        'services "admin", "ops" lead to the Pods of green, although green has no traffic of the release: they have ' +
          'clients who would lose all of the 2 Pods; change the selector first, or use --force',
      ),
    );
  });

  test('with force warns instead, and keeps their names for the last check', () => {
    const { warnings, steps } = beside([other('admin', GREEN), other('metrics', { app: 'shop' })], true);
    expect(warnings).toEqual([
      'service "admin" also leads to green, and loses 2 of its 2 Pods there',
      'service "metrics" also leads to green, and loses 2 of its 2 Pods there',
    ]);
    expect(steps).toMatchObject([{ kind: 'scale-down', besides: ['admin'] }]);
  });

  test('goes on with a warning beside one that leads to both colors', () => {
    expect(beside([other('metrics', { app: 'shop' })]).warnings).toHaveLength(1);
  });

  test('says that it does not know, where Services may not be listed', () => {
    expect(beside(undefined).warnings).toEqual([
      'the Services of namespace "store" may not be listed: it is not known whether another one leads to green',
    ]);
  });
});
