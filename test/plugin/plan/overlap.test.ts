import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { Pod } from '../../../plugin/core/kubernetes.js';
import { baseline } from '../../../plugin/plan/health.js';
import { commonLabels, type OverlapView, overlapOfPolicy, overlapProgress } from '../../../plugin/plan/overlap.js';
import { POLICY, pod, slice } from '../cluster-objects.js';

const PODS = [pod('blue', 'b1'), pod('green', 'g1'), pod('green', 'g2')];

const labelled = (one: Pod, labels: Record<string, string>): Pod => ({
  ...one,
  metadata: { ...one.metadata, labels: { ...one.metadata.labels, ...labels } },
});
const typed = (one: Pod) => labelled(one, { 'deployment-type': 'blue-green' });
const job = (labels: Record<string, string> = {}) => {
  const one = pod('green', 'migrate-1');
  return { ...one, metadata: { ...one.metadata, labels: { app: 'shop', ...labels } } };
};

describe('commonLabels', () => {
  test('are the narrowest that the Pods of both colors have', () => {
    expect(commonLabels(PODS.map(typed), 'shop')).toEqual({ 'deployment-type': 'blue-green' });
    expect(commonLabels([typed(pod('blue', 'b1')), pod('green', 'g1')], 'shop')).toEqual({});
  });

  test('let no Pod in that is of neither color', () => {
    expect(() => commonLabels([...PODS, job()], 'shop')).toThrow(RefusedError);
    expect(() => commonLabels([...PODS.map(typed), typed(job())], 'shop')).toThrow('pod "migrate-1"');
    expect(commonLabels([...PODS.map(typed), job()], 'shop')).toEqual({ 'deployment-type': 'blue-green' });
    const done = { ...job(), status: { phase: 'Succeeded' } };
    expect(commonLabels([...PODS, done], 'shop')).toEqual({});
  });
});

describe('overlapProgress', () => {
  const progress = (pods: readonly Pod[], more: Partial<OverlapView> = {}) =>
    overlapProgress({
      service: 'shop-active',
      release: 'shop',
      to: 'green',
      selector: { app: 'shop' },
      slices: [slice('shop-active', PODS)],
      pods,
      wanted: 2,
      before: baseline(PODS),
      ...more,
    });
  const gated = (name: string, type: string, status?: string): Pod => {
    const one = pod('green', name, { ready: status === 'True' });
    const conditions = [...(one.status?.conditions ?? []), ...(status ? [{ type, status }] : [])];
    return {
      ...one,
      spec: { ...one.spec, readinessGates: [{ conditionType: type }] },
      status: { ...one.status, conditions },
    };
  };

  test('is serving once every Pod of the new color is an endpoint', () => {
    expect(progress(PODS)).toEqual({ phase: 'serving', endpoints: 3 });
    const slices = [slice('shop-active', PODS.slice(0, 2))];
    expect(progress(PODS, { slices })).toEqual({ phase: 'waiting', why: 'not yet served: g2' });
  });

  test.each(['target-health.elbv2.k8s.aws/k8s-shop', 'cloud.google.com/load-balancer-neg-ready'])(
    'waits for the readiness gate %s, and takes its Pods for no failure',
    (type) => {
      const [b1, g1] = PODS as [Pod, Pod];
      const why = `pod "g2": ${type} is not True yet`;
      expect(progress([b1, g1, gated('g2', type)])).toEqual({ phase: 'waiting', why });
      expect(progress([b1, g1, gated('g2', type, 'False')])).toEqual({ phase: 'waiting', why });
      expect(progress([b1, g1, gated('g2', type, 'True')])).toMatchObject({ phase: 'serving' });
    },
  );

  test('fails with a Pod that restarts, is no longer ready, or is gone', () => {
    const [b1, g1, g2] = PODS as [Pod, Pod, Pod];
    expect(progress([b1, g1, pod('green', 'g2', { restarts: 1 })])).toMatchObject({ phase: 'failed' });
    const why = '1 of 2 Pods of green are ready';
    expect(progress([b1, g1, pod('green', 'g2', { ready: false })])).toEqual({ phase: 'failed', why });
    expect(progress([b1, g1])).toEqual({ phase: 'failed', why });
    // What the old color does is no reason to go back to it.
    expect(progress([pod('blue', 'b1', { ready: false }), g1, g2])).toMatchObject({ phase: 'serving' });
  });

  test('fails with a Pod of neither color that gets traffic', () => {
    expect(progress([...PODS, job()])).toMatchObject({ phase: 'failed', why: expect.stringContaining('migrate-1') });
  });
});

test('a policy overlaps when it says so, for 30s unless it says how long', () => {
  const policy = (promotion: object) => ({ ...POLICY, promotion: { ...POLICY.promotion, ...promotion } });
  expect(overlapOfPolicy(policy({}))).toBeUndefined();
  expect(overlapOfPolicy(policy({ switch: 'atomic', overlapSeconds: 5 }))).toBeUndefined();
  expect(overlapOfPolicy(policy({ switch: 'overlap' }))).toEqual({ holdSeconds: 30, timeoutSeconds: 300 });
  expect(overlapOfPolicy(policy({ switch: 'overlap', overlapSeconds: 0 }))).toMatchObject({ holdSeconds: 0 });
});
