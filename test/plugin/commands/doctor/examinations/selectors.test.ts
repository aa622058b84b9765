import { describe, expect, test } from '@jest/globals';
import { selectors } from '../../../../../plugin/commands/doctor/examinations/selectors.js';
import type { State } from '../../../../../plugin/plan/state.js';
import { service } from '../../../cluster-objects.js';
import { factsOf } from '../facts.js';

const activeWith = (selector: Record<string, string>): Partial<State> => {
  const active = service('shop-active', 'blue', {});
  return { active: { ...active, spec: { ...active.spec, selector } } };
};

describe('the selectors of a release', () => {
  test('are right where nobody edited them', () => {
    expect(selectors.examine(factsOf())).toEqual([]);
  });

  test.each([
    [
      'selector-extra-keys',
      { app: 'shop', version: 'blue', tier: 'web' },
      '{"tier":null,"app":"shop","version":"blue"}',
    ],
    ['selector-unknown-color', { app: 'shop', version: 'purple' }, '{"app":"shop","version":"blue"}'],
    ['selector-both-colors', { app: 'shop' }, '{"app":"shop","version":"blue"}'],
    ['selector-app', { app: 'cart', version: 'green' }, '{"app":"shop","version":"green"}'],
    ['selector-app', {}, '{"app":"shop","version":"blue"}'],
  ])('of the active Service: %s, and the patch that makes it exactly right', (id, selector, wanted) => {
    const [finding, ...others] = selectors
      .examine(factsOf({ state: activeWith(selector) }))
      .filter(({ object }) => object === 'service/shop-active');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id, severity: 'problem', affects: 'traffic' });
    expect(finding?.fix).toBe(
      `kubectl patch service shop-active --type=merge -p '{"spec":{"selector":${wanted}}}' -n store --context=prod`,
    );
  });

  test('of an unknown color go where the last operation left the traffic', () => {
    const active = service('shop-active', 'blue', { to: 'green' });
    active.spec.selector = { app: 'shop', version: 'v2' };
    expect(selectors.examine(factsOf({ state: { active } }))[0]?.fix).toContain('"version":"green"');
  });

  test.each([
    ['preview-on-active', { preview: service('shop-preview', 'blue') }, 'service/shop-preview', '"version":"green"'],
    [
      'preview-selector',
      { preview: service('shop-preview', 'green', {}, { x: 'y' }) },
      'service/shop-preview',
      '"x":null',
    ],
    [
      'color-service-selector',
      { colorServices: { blue: service('shop-blue', 'blue'), green: service('shop-green', 'blue') } },
      'service/shop-green',
      '"version":"green"',
    ],
  ])('of the others: %s', (id, state, object, patch) => {
    expect(selectors.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({ id, object, affects: 'promotion', fix: expect.stringContaining(patch) }),
    ]);
  });
});
