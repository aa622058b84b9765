import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CHECKS } from '../../../../../charts/default-checks.js';
import { readiness } from '../../../../../plugin/commands/doctor/examinations/readiness.js';
import { detailed, factsOf, greenPods, healthyState, NOW, ownedPod, waiting, warning } from '../facts.js';

const { deployments } = healthyState();
const green = (spec: object, status: object = {}) => {
  const own = detailed('green', 'v0');
  return {
    deployments: {
      ...deployments,
      green: { ...own, spec: { ...own.spec, ...spec }, status: { ...own.status, ...status } },
    },
  };
};
const late = {
  conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }],
};

describe('readiness', () => {
  test('of a release whose Pods are ready is no finding', () => {
    expect(readiness.examine(factsOf())).toEqual([]);
  });

  test('of Pods that run and do not get ready, with what they answer', () => {
    const [, check] = DEFAULT_CHECKS;
    const checks = [{ pod: 'g1', check: check as (typeof DEFAULT_CHECKS)[number], why: 'status is 503, want 200' }];
    const events = [warning('Pod', 'g1', 'Unhealthy', 'Readiness probe failed')];
    const state = greenPods(ownedPod('green', 'g1', { ready: false }), ownedPod('green', 'g2'));
    expect(readiness.examine(factsOf({ state, checks, events }))).toEqual([
      expect.objectContaining({
        id: 'not-ready',
        severity: 'problem',
        what: expect.stringMatching(/^running and not ready: 1 Pod of green/),
        evidence: [
          'pod/g1',
          '  check "readiness" (GET /api/v1/health/ready): status is 503, want 200',
          '  event Unhealthy: Readiness probe failed',
        ],
      }),
    ]);
  });

  test('of Pods whose probe asks a port that is not there is mended with the probe, not undone', () => {
    const wrong = { httpGet: { path: '/', port: 'web' } };
    const container = { name: 'shop', ports: [{ name: 'http', containerPort: 3000 }], readinessProbe: wrong };
    const green = detailed('green', 'v0', { containers: [container] });
    const state = { ...greenPods(ownedPod('green', 'g1', { ready: false })), deployments: { ...deployments, green } };
    expect(readiness.examine(factsOf({ state }))[0]).toMatchObject({
      id: 'not-ready',
      why: expect.stringContaining('the readinessProbe of container "shop" of green asks port web'),
      fix: expect.stringContaining('"readinessProbe":{"httpGet":{"port":"http"}}'),
    });
  });

  test('of Pods whose probes still have time is a warning', () => {
    const pod = ownedPod('green', 'g1', { ready: false });
    pod.metadata.creationTimestamp = new Date(NOW - 5000).toISOString();
    expect(readiness.examine(factsOf({ state: greenPods(pod) }))).toEqual([
      expect.objectContaining({ id: 'starting', severity: 'warning' }),
    ]);
  });

  test('of Pods that started: only the readinessProbe has time left', () => {
    const pod = ownedPod('green', 'g1', { ready: false });
    for (const status of pod.status?.containerStatuses ?? [])
      Object.assign(status, { started: true, state: { running: { startedAt: new Date(NOW - 30_000).toISOString() } } });
    expect(readiness.examine(factsOf({ state: greenPods(pod) }))[0]).toMatchObject({ id: 'not-ready' });
  });

  test('of Pods whose volume is not there', () => {
    const state = greenPods(ownedPod('green', 'g1', waiting('ContainerCreating')));
    const events = [warning('Pod', 'g1', 'FailedMount', 'secret "certificates" not found')];
    expect(readiness.examine(factsOf({ state, events }))[0]).toMatchObject({
      id: 'volume-mount',
      what: expect.stringContaining('secret "certificates" not found'),
    });
  });

  test('of a Deployment that is paused', () => {
    expect(readiness.examine(factsOf({ state: green({ paused: true }) }))[0]).toMatchObject({
      id: 'deployment-paused',
      fix: 'kubectl rollout resume deployment/shop-green -n store --context=prod',
    });
  });

  test('of a rollout past its deadline, unless its Pods say why', () => {
    const state = green({}, late);
    expect(readiness.examine(factsOf({ state }))[0]).toMatchObject({ id: 'progress-deadline' });
    const crashing = { ...state, ...greenPods(ownedPod('green', 'g1', waiting('CrashLoopBackOff'))) };
    expect(readiness.examine(factsOf({ state: crashing }))).toEqual([]);
  });
});
