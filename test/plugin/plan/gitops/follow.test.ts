import { expect, test } from '@jest/globals';
import { installed } from '../../../../plugin/plan/active-color.js';
import { isUnrecorded, planFollow } from '../../../../plugin/plan/gitops/follow.js';
import { POLICY, service, stateOf } from '../../cluster-objects.js';

const policy = { ...POLICY, promotion: { ...POLICY.promotion, soakSeconds: 30 } };
const on = (color: 'blue' | 'green', operation?: object) =>
  installed({ ...stateOf(), active: service('shop-active', color, operation) });

test('a switch by a commit is recorded first, then verified, proved and watched, and moved back by nobody but git', () => {
  const plan = planFollow(on('green', { to: 'blue' }), policy, 'promote', 'Flux');
  expect(plan.steps.map(({ kind }) => kind)).toEqual([
    ...['record-switch', 'verify', 'prove', 'record', 'watch', 'record'],
  ]);
  expect(plan).toMatchObject({ from: 'blue', to: 'green', follows: 'Flux', undo: [] });
  expect(plan.steps.find(({ kind }) => kind === 'watch')).toMatchObject({ automaticRollback: false });
});

test.each([
  ['moved there past the record', on('green', { to: 'blue' }), 'green', true],
  ['as the record says', on('green', { to: 'green' }), 'green', false],
  ['on the other color', on('blue', { to: 'green' }), 'green', false],
  ['without a record at all', on('green'), 'green', false],
] as const)('traffic %s', (_, state, color, is) => {
  expect(isUnrecorded(state, color)).toBe(is);
});
