import { expect, test } from '@jest/globals';
import { podTargets } from '../../../../../plugin/commands/doctor/examinations/pod-targets.js';
import { POLICY, service } from '../../../cluster-objects.js';
import { factsOf } from '../facts.js';

const EVIDENCE = 'targetgroupbinding "k8s-shop" has targetType ip';
const idsOf = (facts: Parameters<typeof factsOf>[0]) => podTargets.examine(factsOf(facts)).map(({ id }) => id);
const serviceWith = (spec: object) => {
  const active = service('shop-active', 'blue', {});
  return { active: { ...active, spec: { ...active.spec, ...spec } } };
};

test('a load balancer that targets Pods is a warning, which writes the policy that lets both colors overlap', () => {
  const [finding, ...others] = podTargets.examine(factsOf({ podTargets: EVIDENCE }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ id: 'pod-targets', severity: 'warning', what: expect.stringContaining(EVIDENCE) });
  expect(finding?.fix).toContain('"switch":"overlap"');
});

test('nothing is found without one, and where somebody has decided', () => {
  expect(idsOf({})).toEqual([]);
  for (const mode of ['atomic', 'overlap'] as const) {
    const policy = { ...POLICY, promotion: { ...POLICY.promotion, switch: mode } };
    expect(idsOf({ podTargets: EVIDENCE, policy })).toEqual([]);
  }
});

test('a Service whose traffic does not follow its selector is a problem', () => {
  expect(idsOf({ state: serviceWith({ clusterIP: 'None' }) })).toEqual(['headless']);
  expect(idsOf({ state: serviceWith({ publishNotReadyAddresses: true }) })).toEqual(['publishes-not-ready']);
});
