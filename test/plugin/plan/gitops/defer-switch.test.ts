import { expect, test } from '@jest/globals';
import { deferSwitch } from '../../../../plugin/plan/gitops/defer-switch.js';
import type { Owner } from '../../../../plugin/plan/gitops/ownership.js';
import { planPromote } from '../../../../plugin/plan/promote.js';
import { planRollback } from '../../../../plugin/plan/rollback.js';
import { inputOf, POLICY } from '../../cluster-objects.js';

const OWNER: Owner = { tool: 'Argo CD', evidence: 'argocd.argoproj.io: shop', remedy: '' };
const silent = { ...POLICY, promotion: { ...POLICY.promotion, confirm: false } };

test.each([
  [
    'a promotion',
    planPromote(inputOf({ intent: { target: { version: 'v2' } } })),
    ['patch', 'wait', 'patch', 'verify'],
  ],
  ['a promotion that asks nothing', planPromote(inputOf({ policy: silent })), ['wait', 'verify']],
  ['a rollback', planRollback(inputOf()), ['wait', 'verify']],
])('deferSwitch leaves of %s what comes before traffic moves', (_, plan, kinds) => {
  const part = deferSwitch(plan, OWNER);
  expect(part.steps.map(({ kind }) => kind)).toEqual(kinds);
  expect(part).toMatchObject({ from: 'blue', to: 'blue', undo: plan.undo });
});

test('deferSwitch says who moves traffic, where to, and when', () => {
  const { warnings } = deferSwitch(planPromote(inputOf()), OWNER);
  expect(warnings.at(-1)).toMatch(/Argo CD \(argocd\.argoproj\.io: shop\).* to green .*committed/);
});
