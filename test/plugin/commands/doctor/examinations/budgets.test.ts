import { describe, expect, test } from '@jest/globals';
import { budgets } from '../../../../../plugin/commands/doctor/examinations/budgets.js';
import type { DisruptionBudget } from '../../../../../plugin/commands/doctor/kinds.js';
import { factsOf } from '../facts.js';

const pdb = (
  name: string,
  spec: DisruptionBudget['spec'],
  status: DisruptionBudget['status'] = {},
): DisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec,
  status: { disruptionsAllowed: 1, expectedPods: 2, currentHealthy: 2, desiredHealthy: 1, ...status },
});
const of = (version: string) => ({ selector: { matchLabels: { app: 'shop', version } }, minAvailable: 1 });

describe('disruption budgets', () => {
  test('of one color each that leave room are no finding, nor are those of others', () => {
    const others = pdb('cart', { selector: { matchLabels: { app: 'cart' } } }, { disruptionsAllowed: 0 });
    expect(budgets.examine(factsOf({ budgets: [pdb('blue', of('blue')), pdb('green', of('green')), others] }))).toEqual(
      [],
    );
    expect(budgets.examine(factsOf({ budgets: [pdb('none', {})] }))).toEqual([]);
    const tiers = pdb('tiers', { selector: { matchExpressions: [{ key: 'tier', operator: 'Exists' }] } });
    expect(budgets.examine(factsOf({ budgets: [tiers] }))).toEqual([]);
  });

  test('of both colors of the release are split into one each', () => {
    const budget = pdb('shop', { selector: { matchLabels: { app: 'shop' } }, minAvailable: '50%' });
    expect(budgets.examine(factsOf({ budgets: [budget] }))[0]?.fix).toBe(
      'kubectl delete pdb shop -n store --context=prod && ' +
        'kubectl create pdb shop-blue --selector=app=shop,version=blue --min-available=50% -n store --context=prod && ' +
        'kubectl create pdb shop-green --selector=app=shop,version=green --min-available=50% -n store --context=prod',
    );
  });

  test.each<[string, DisruptionBudget['spec']['selector']]>([
    ['In', { matchExpressions: [{ key: 'version', operator: 'In', values: ['blue', 'green'] }] }],
    ['Exists', { matchExpressions: [{ key: 'version', operator: 'Exists' }] }],
    ['NotIn', { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['cart'] }] }],
    ['everything', {}],
  ])('of both colors and maybe of others, by %s, are shown, and not changed', (_, selector) => {
    const [finding, ...others] = budgets.examine(
      factsOf({ budgets: [pdb('shop', { selector, minAvailable: '50%' })] }),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'budget-both-colors', severity: 'problem', affects: 'traffic' });
    expect(finding?.fix).toBe('kubectl describe poddisruptionbudget.policy/shop -n store --context=prod');
  });

  test('that allow no disruption keep a node from being drained', () => {
    const budget = pdb('blue', of('blue'), { disruptionsAllowed: 0, desiredHealthy: 2 });
    expect(budgets.examine(factsOf({ budgets: [budget] }))).toEqual([
      expect.objectContaining({
        id: 'budget-blocks',
        severity: 'warning',
        fix: expect.stringContaining('"maxUnavailable":1'),
      }),
    ]);
  });

  test('of a color without Pods allow none, and that is no finding', () => {
    const budget = pdb('green', of('green'), { disruptionsAllowed: 0, expectedPods: 0 });
    expect(budgets.examine(factsOf({ budgets: [budget] }))).toEqual([]);
  });

  test('two of the same Pods block each other', () => {
    expect(budgets.examine(factsOf({ budgets: [pdb('one', of('blue')), pdb('two', of('blue'))] }))).toEqual([
      expect.objectContaining({ id: 'budgets-overlap', fix: 'kubectl delete pdb two -n store --context=prod' }),
    ]);
  });
});
