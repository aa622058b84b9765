import { describe, expect, test } from '@jest/globals';
import { objects } from '../../../../../plugin/commands/doctor/examinations/objects.js';
import { examine } from '../../../../../plugin/commands/doctor/report.js';
import type { Deployment } from '../../../../../plugin/core/kubernetes.js';
import { servedAnnotation } from '../../../../../plugin/plan/served.js';
import type { State } from '../../../../../plugin/plan/state.js';
import { autoscaler, pod, service } from '../../../cluster-objects.js';
import { detailed, factsOf, healthyState } from '../facts.js';

const { deployments, colorServices, pods } = healthyState();
const scaled = (replicas: number) => {
  const blue = detailed('blue', 'v1');
  return { deployments: { ...deployments, blue: { ...blue, spec: { ...blue.spec, replicas } } } };
};
const without = (key: 'active' | 'preview'): State => {
  const { [key]: _, ...rest } = healthyState();
  return rest as State;
};

describe('the objects of a release', () => {
  test('are all there', () => {
    expect(objects.examine(factsOf())).toEqual([]);
  });

  test.each<[string, string, string, Partial<State>, string]>([
    [
      'deployment-missing',
      'traffic',
      'apply -f dist/shop-blue.k8s.yaml',
      { deployments: { ...deployments, blue: undefined } },
      'problem',
    ],
    [
      'deployment-missing',
      'promotion',
      'bluegreen deploy shop -f dist/',
      { deployments: { ...deployments, green: undefined } },
      'problem',
    ],
    ['active-scaled-to-zero', 'traffic', 'scale deployment/shop-blue --replicas=2', scaled(0), 'problem'],
    [
      'no-color-service',
      'promotion',
      'expose deployment/shop-green --name=shop-green --port=80 --target-port=http --labels=app=shop,version=green,deployment-type=blue-green',
      { colorServices: { ...colorServices, green: undefined } },
      'warning',
    ],
  ])('%s (%s): kubectl %s', (id, affects, fix, state, severity) => {
    expect(objects.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({ id, affects, severity, fix: `kubectl ${fix} -n store --context=prod` }),
    ]);
  });

  test('without an active Service nobody is served', () => {
    const facts = { ...factsOf(), state: without('active'), filenames: ['out'] };
    expect(objects.examine(facts)[0]).toMatchObject({
      id: 'no-active-service',
      fix: 'kubectl bluegreen deploy shop -f out -n store --context=prod',
    });
  });

  test('an active Service that is gone is made anew for the color that had the traffic last', () => {
    const served = { color: 'green', operationId: 'op-7', at: '2026-01-02T03:04:05.000Z', version: 'v0' } as const;
    const { blue, green } = deployments;
    const recorded = { ...blue, metadata: { ...blue?.metadata, annotations: servedAnnotation(served) } } as Deployment;
    const state = { ...without('active'), deployments: { blue: recorded, green } };
    const report = examine({ facts: { ...factsOf(), state }, notReached: [] }, 'prod');
    expect(report.findings.find(({ id }) => id === 'no-active-service')).toMatchObject({
      why: expect.stringContaining('deploy makes it anew for green, as that runs'),
      effect: expect.stringMatching(
        /^sends traffic to green \(v0\), and no color has it now: green had the traffic last/,
      ),
    });
  });

  test('without a preview Service there is one to be made for the idle color', () => {
    expect(objects.examine({ ...factsOf(), state: without('preview') })).toEqual([
      expect.objectContaining({
        id: 'no-preview-service',
        fix: expect.stringContaining('expose deployment/shop-green --name=shop-preview '),
      }),
    ]);
  });

  test('an active color of 0 replicas goes to the minimum of its autoscaler', () => {
    const autoscalers = [
      { ...autoscaler('x', 'shop-blue', 4), spec: { ...autoscaler('x', 'shop-blue', 4).spec, maxReplicas: 9 } },
    ];
    expect(objects.examine(factsOf({ state: scaled(0), autoscalers }))[0]?.fix).toContain('--replicas=4');
  });

  test('and not to that of an autoscaler of another kind of the same name', () => {
    const own = autoscaler('x', 'shop-blue', 4);
    const scaleTargetRef = { ...own.spec.scaleTargetRef, kind: 'StatefulSet' };
    const autoscalers = [{ ...own, spec: { ...own.spec, scaleTargetRef, maxReplicas: 9 } }];
    expect(objects.examine(factsOf({ state: scaled(0), autoscalers }))[0]?.fix).toContain('--replicas=2');
  });

  test('a Pod that no Deployment of the release made gets traffic, until its label is taken', () => {
    const state = { pods: [...pods, pod('blue', 'stray')] };
    expect(objects.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'foreign-pods',
        severity: 'problem',
        affects: 'traffic',
        fix: 'kubectl label pod/stray app- -n store --context=prod',
      }),
    ]);
  });

  test.each([
    ['of a rollout that began meanwhile is its own', 'shop-blue-7d9c', 0],
    ['of another Deployment is not', 'shop-blue-canary-7d9c', 1],
  ])('a Pod %s', (_, name, count) => {
    const one = pod('blue', 'new', { hash: '7d9c' });
    const ownerReferences = [{ kind: 'ReplicaSet', name, uid: 'u' }];
    const state = { pods: [...pods, { ...one, metadata: { ...one.metadata, ownerReferences } }] };
    expect(objects.examine(factsOf({ state }))).toHaveLength(count);
  });

  test('whose a Pod is, is not judged without the ReplicaSets', () => {
    const state = { pods: [...pods, pod('blue', 'stray')], replicaSets: [] };
    expect(objects.examine(factsOf({ state, unread: new Map([['replicasets', 'forbidden']]) }))).toEqual([]);
  });

  test.each([
    [3000, '--port=8080 --target-port=3000'],
    ['web', '--port=8080 --target-port=http'],
  ])('a Service that is made has the port of the others, and a target that is there: %s', (targetPort, flags) => {
    const active = service('shop-active', 'blue', {});
    active.spec.ports = [{ port: 8080, targetPort }];
    const state = { active, colorServices: { ...colorServices, blue: undefined } };
    expect(objects.examine(factsOf({ state }))[0]?.fix).toContain(flags);
  });
});
