import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CHECKS } from '../../../charts/default-checks.js';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { numbered } from '../../../plugin/core/text.js';
import { objectName, type Step } from '../../../plugin/plan/steps.js';
import { describeStep, summarizeStep } from '../../../plugin/steps/registry.js';
import { strategyName } from '../../../plugin/steps/words.js';
import { autoscaler, configMap, manifestDeployment, manifestService } from '../manifests.js';
import { jobOf } from '../migrations.js';

const green = manifestDeployment('green', 'v2');
const REPLACE_ALL_STRATEGY = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } };
const guard = { uid: 'uid-1', lastOperationId: 'op-1' };
const switchStep: Step = {
  kind: 'switch',
  service: 'shop-active',
  guard,
  from: 'blue',
  to: 'green',
  fromVersion: 'v1',
  replicas: 2,
  serving: 2,
};
const idle = { service: 'shop-active', guard, active: 'blue', idle: 'green', promoting: undefined } as const;

const job = jobOf();

const STEPS: readonly [Step, string][] = [
  [
    { kind: 'apply', objects: [configMap('hello'), green] },
    'apply configmap/shop-config, deployment.apps/shop-green (image registry.example:5000/shop:v2, 2 replicas, maxSurge=1,maxUnavailable=0)',
  ],
  [
    {
      kind: 'patch',
      deployment: 'shop-green',
      patch: { image: { container: 'shop', image: 'shop:v2' }, replicas: 3, strategy: REPLACE_ALL_STRATEGY },
    },
    'patch deployment.apps/shop-green: image shop:v2, 3 replicas, strategy maxSurge=100%,maxUnavailable=100%',
  ],
  [{ kind: 'patch', deployment: 'shop-green', patch: { replicas: 0 } }, 'patch deployment.apps/shop-green: 0 replicas'],
  [
    { kind: 'scale', deployment: 'shop-green', from: 1, to: 4 },
    'scale deployment.apps/shop-green from 1 to 4 replicas',
  ],
  [
    { kind: 'wait', color: 'green', deployment: 'shop-green', timeoutSeconds: 300 },
    'wait until every Pod of green is ready, 300s at most',
  ],
  [
    { kind: 'verify', color: 'green', checks: DEFAULT_CHECKS.slice(0, 2), port: 3000 },
    'verify every Pod of green on port 3000: health /api/v1/health, readiness /api/v1/health/ready',
  ],
  [{ kind: 'migrate', job }, `run job.batch/${job.metadata.name} (image shop:v2) once`],
  [{ kind: 'create', services: [manifestService('shop-active', 'blue')] }, 'create service/shop-active'],
  [switchStep, 'switch service/shop-active from blue to green'],
  [{ kind: 'preview', service: 'shop-preview', to: 'blue' }, 'point service/shop-preview at blue'],
  [
    { kind: 'prove', service: 'shop-active', color: 'green' },
    'prove that the EndpointSlices of service/shop-active hold exactly the ready Pods of green',
  ],
  [
    { kind: 'watch', color: 'green', seconds: 30, automaticRollback: true },
    'watch green for 30s, switching back if it fails',
  ],
  [{ kind: 'watch', color: 'green', seconds: 30, automaticRollback: false }, 'watch green for 30s'],
  [
    { kind: 'drain', service: 'shop-active', guard, active: 'blue', idle: 'green', seconds: 600, since: '2026-01-02' },
    'wait until 600s have passed since traffic moved to blue (2026-01-02)',
  ],
  [
    { kind: 'scale-down', ...idle, deployment: 'shop-green', from: 2, to: 1 },
    'scale deployment.apps/shop-green from 2 to 1 replicas, unless traffic comes to it before',
  ],
  [
    { kind: 'scale-down', ...idle, deployment: 'shop-green', from: 2, to: 0, autoscaler: 'shop-green' },
    'scale deployment.apps/shop-green from 2 to 0 replicas, unless traffic comes to it before ' +
      '(HorizontalPodAutoscaler shop-green is off then)',
  ],
  [
    { kind: 'record', service: 'shop-active', outcome: 'complete' },
    'record the outcome "complete" on service/shop-active',
  ],
  [{ kind: 'restore', objects: [green] }, 'put back deployment.apps/shop-green'],
  [{ kind: 'delete', objects: [autoscaler('green')] }, 'delete horizontalpodautoscaler.autoscaling/shop-green'],
];

describe('describeStep', () => {
  test.each(STEPS)('%j', (step, line) => {
    expect(describeStep(step)).toBe(line);
  });

  test('says of a question that it is asked before traffic moves', () => {
    expect(describeStep({ kind: 'confirm', question: 'move?' })).toMatch(/^ask /);
  });

  test('leaves out the replicas that a manifest leaves to an autoscaler', () => {
    const { replicas, ...spec } = green.spec;
    expect(describeStep({ kind: 'apply', objects: [{ ...green, spec } as KubernetesObject] })).not.toContain(
      'replicas',
    );
  });

  test('is on one line for every kind', () => {
    for (const [step] of STEPS) expect(describeStep(step)).not.toContain('\n');
  });
});

test('numbered steps count from one and align', () => {
  const steps = Array.from({ length: 10 }, (): Step => ({ kind: 'preview', service: 'shop-preview', to: 'blue' }));
  const lines = numbered(steps.map(describeStep)).split('\n');
  expect([lines[0], lines[9]]).toEqual([
    '   1. point service/shop-preview at blue',
    '  10. point service/shop-preview at blue',
  ]);
});

describe('summarizeStep', () => {
  const secretive: KubernetesObject = {
    ...green,
    spec: {
      ...green.spec,
      template: {
        spec: { containers: [{ name: 'shop', image: 'shop:v2', env: [{ name: 'TOKEN', value: 'hunter2' }] }] },
      },
    },
  } as KubernetesObject;

  test.each<Step>([
    { kind: 'apply', objects: [secretive, configMap('hunter2')] },
    { kind: 'restore', objects: [secretive] },
    { kind: 'delete', objects: [secretive] },
    { kind: 'create', services: [{ ...manifestService('shop-active', 'blue'), data: 'hunter2' } as KubernetesObject] },
    {
      kind: 'verify',
      color: 'green',
      checks: [
        {
          name: 'health',
          path: '/',
          status: [200],
          requestHeaders: { authorization: 'hunter2' },
          timeoutSeconds: 1,
          retries: 1,
          intervalSeconds: 1,
        },
      ],
      port: 3000,
    },
  ])('names objects and checks of $kind and never shows what they hold', (step) => {
    const text = JSON.stringify(summarizeStep(step));
    expect(text).not.toContain('hunter2');
    expect(text).toMatch(/shop-green|shop-active|health/);
  });

  test('keeps what a reader of the document compares', () => {
    expect(summarizeStep(switchStep)).toEqual({
      kind: 'switch',
      description: 'switch service/shop-active from blue to green',
      service: 'shop-active',
      guard,
      from: 'blue',
      to: 'green',
      fromVersion: 'v1',
      replicas: 2,
      serving: 2,
    });
    expect(summarizeStep({ kind: 'apply', objects: [green] })).toMatchObject({
      objects: ['deployment.apps/shop-green'],
    });
  });
});

test.each([
  ['v1', 'Service', 'service/x'],
  ['v1', 'ConfigMap', 'configmap/x'],
  ['v1', 'ServiceAccount', 'serviceaccount/x'],
  ['apps/v1', 'Deployment', 'deployment.apps/x'],
  ['policy/v1', 'PodDisruptionBudget', 'poddisruptionbudget.policy/x'],
  ['networking.k8s.io/v1', 'Ingress', 'ingress.networking.k8s.io/x'],
])('objectName names a %s %s as kubectl does', (apiVersion, kind, name) => {
  expect(objectName({ apiVersion, kind, metadata: { name: 'x' } })).toBe(name);
});

test.each([
  [undefined, 'maxSurge=25%,maxUnavailable=25%'],
  [{ type: 'RollingUpdate', rollingUpdate: { maxSurge: 2 } }, 'maxSurge=2,maxUnavailable=25%'],
  [{ type: 'Recreate' }, 'Recreate'],
])('strategyName of %j is %s', (strategy, name) => {
  expect(strategyName(strategy)).toBe(name);
});
