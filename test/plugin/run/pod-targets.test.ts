import { describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import type { State } from '../../../plugin/plan/state.js';
import { withAdvice } from '../../../plugin/run/pod-targets.js';
import { inputOf, POLICY, pod, service, stateOf } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';

type Answer = readonly object[] | Error;

/** The advice that a plan is given, and what was asked for it. */
async function advise({
  state = stateOf(),
  mode,
  answers = {},
}: {
  state?: State;
  mode?: string;
  answers?: Record<string, Answer>;
}) {
  const asked: string[] = [];
  const { api } = fakeRun({ state });
  const list = async (path: string) => {
    const plural = path.split('/').at(-1) ?? '';
    asked.push(plural);
    const answer = answers[plural] ?? [];
    if (answer instanceof Error) throw answer;
    return { metadata: {}, items: answer };
  };
  const policy = { ...POLICY, promotion: { ...POLICY.promotion, ...(mode && { switch: mode as 'atomic' }) } };
  const plan = planPromote(inputOf({ state, policy }));
  const { warnings } = await withAdvice({ ...api, list: list as typeof api.list }, plan, state, policy);
  return { asked, warnings: warnings.filter((text) => text.includes('--switch=overlap')) };
}

const annotated = (annotations: Record<string, string>) => {
  const active = service('shop-active', 'blue', {});
  const { metadata } = active;
  return stateOf({
    active: { ...active, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } },
  });
};
const binding = (targetType: string, name = 'shop-active') => ({
  metadata: { name: 'k8s-shop' },
  spec: { serviceRef: { name }, targetType },
});
const ingress = (name: string) => ({
  metadata: { name: 'shop', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
  spec: { rules: [{ http: { paths: [{ backend: { service: { name } } }] } }] },
});
const FORBIDDEN = new ApiError(403, 'Forbidden', 'no');

describe('the advice to let both colors have the traffic', () => {
  test.each([
    ['cloud.google.com/neg', '{"ingress": true}'],
    ['cloud.google.com/neg', '{"exposed_ports": {"80": {}}}'],
    ['cloud.google.com/neg-status', '{}'],
    ['service.beta.kubernetes.io/aws-load-balancer-nlb-target-type', 'ip'],
    ['service.beta.kubernetes.io/aws-load-balancer-type', 'nlb-ip'],
    ['alb.ingress.kubernetes.io/target-type', 'ip'],
  ])('is given for the annotation %s: %s, without a request', async (name, value) => {
    const { asked, warnings } = await advise({ state: annotated({ [name]: value }) });
    expect([asked, warnings]).toEqual([[], [expect.stringContaining(name)]]);
  });

  test('is given for a readiness gate of a load balancer, without a request', async () => {
    const b1 = pod('blue', 'b1');
    const gated = { ...b1, spec: { ...b1.spec, readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/x' }] } };
    const { asked, warnings } = await advise({ state: stateOf({ pods: [gated, pod('green', 'g1')] }) });
    expect([asked, warnings]).toEqual([[], [expect.stringContaining('readiness gate')]]);
  });

  test.each<[string, readonly object[], number]>([
    ['of type ip', [binding('ip')], 1],
    ['of type instance', [binding('instance')], 0],
    ['of another Service', [binding('ip', 'cart')], 0],
  ])('is given for a TargetGroupBinding %s', async (_, bindings, count) => {
    const { asked, warnings } = await advise({ answers: { targetgroupbindings: bindings } });
    expect([asked, warnings]).toEqual([['targetgroupbindings'], Array(count).fill(expect.any(String))]);
  });

  test('goes by the Ingress where TargetGroupBindings may not be read', async () => {
    const answers = { targetgroupbindings: FORBIDDEN, ingresses: [ingress('shop-active')] };
    expect((await advise({ answers })).warnings).toHaveLength(1);
    expect((await advise({ answers: { ...answers, ingresses: [ingress('cart')] } })).warnings).toEqual([]);
    expect((await advise({ answers: { ...answers, ingresses: FORBIDDEN } })).warnings).toEqual([]);
  });

  test('is none in a cluster without them, and for what GKE is told not to do', async () => {
    const unknown = new UnreachableError('unable to reach the server: 404 page not found');
    expect(await advise({ answers: { targetgroupbindings: unknown } })).toMatchObject({ warnings: [] });
    for (const text of ['{"ingress": false}', '{"exposed_ports": {}}', 'true', '{'])
      expect((await advise({ state: annotated({ 'cloud.google.com/neg': text }) })).warnings).toEqual([]);
  });

  test.each(['atomic', 'overlap'])('is neither given nor looked for where "%s" was decided', async (mode) => {
    const answers = { targetgroupbindings: [binding('ip')] };
    expect(await advise({ mode, answers })).toEqual({ asked: [], warnings: [] });
  });
});
