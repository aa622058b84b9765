import { describe, expect, test } from '@jest/globals';
import { drift } from '../../../../../plugin/commands/doctor/examinations/drift.js';
import type { Deployment, KubernetesObject } from '../../../../../plugin/core/kubernetes.js';
import { objectKey } from '../../../../../plugin/plan/manifests.js';
import { service } from '../../../cluster-objects.js';
import { detailed, factsOf } from '../facts.js';

const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shop-config' },
  data: { A: '1' },
} as KubernetesObject;
const budget = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'shop-blue', labels: { version: 'blue' } },
};
const [blue, green] = [detailed('blue', 'v1'), detailed('green', 'v0')];
const manifests = {
  shared: [configMap],
  colors: { blue: [blue, budget], green: [green] },
  active: service('shop-active', 'blue'),
  preview: service('shop-preview', 'green'),
};
const everything = [configMap, budget, blue, green, manifests.active, manifests.preview];

/** The cluster as the manifests, but for some objects; undefined removes one. */
function examine(changes: Record<string, KubernetesObject | undefined> = {}) {
  const all = new Map(everything.map((object) => [objectKey(object), object as KubernetesObject | undefined]));
  for (const [key, object] of Object.entries(changes)) all.set(key, object);
  const present = [...all].filter((entry): entry is [string, KubernetesObject] => entry[1] !== undefined);
  return drift.examine(factsOf({ manifests, live: new Map(present), filenames: ['out'] }));
}
const scaled = (deployment: Deployment, replicas: number) => ({
  ...deployment,
  spec: { ...deployment.spec, replicas },
});
const [moved] = [service('shop-active', 'green')];

describe('the manifests', () => {
  test('are what the cluster has, wherever traffic is', () => {
    expect(examine()).toEqual([]);
    expect(examine({ 'Service/shop-active': moved })).toEqual([]);
  });

  test.each<[string, string, Record<string, KubernetesObject | undefined>, string]>([
    [
      'manifest-differs',
      'configmap/shop-config',
      { 'ConfigMap/shop-config': { ...configMap, data: {} } as KubernetesObject },
      'bluegreen deploy shop -f out --apply-shared',
    ],
    [
      'manifest-missing',
      'configmap/shop-config',
      { 'ConfigMap/shop-config': undefined },
      'bluegreen deploy shop -f out --apply-shared',
    ],
    [
      'manifest-differs',
      'deployment.apps/shop-green',
      { 'Deployment/shop-green': detailed('green', 'v9') },
      'bluegreen deploy shop -f out',
    ],
    [
      'manifest-missing',
      'poddisruptionbudget.policy/shop-blue',
      { 'PodDisruptionBudget/shop-blue': undefined },
      'apply -f out/shop-blue.k8s.yaml',
    ],
    [
      'manifest-differs',
      'service/shop-active',
      { 'Service/shop-active': { ...moved, metadata: { name: 'shop-active' } } as KubernetesObject },
      'diff -f out/shop-traffic.k8s.yaml',
    ],
    [
      'replicas-left-over',
      'deployment.apps/shop-green',
      { 'Deployment/shop-green': scaled(green, 5) },
      'bluegreen cleanup shop --keep=2',
    ],
  ])('%s: %s', (id, object, changes, fix) => {
    expect(examine(changes)).toEqual([
      expect.objectContaining({ id, severity: 'warning', object, fix: `kubectl ${fix} -n store --context=prod` }),
    ]);
  });

  test.each([['Service/shop-active'], ['Deployment/shop-green']])('%s that is absent is told elsewhere', (key) => {
    expect(examine({ [key]: undefined })).toEqual([]);
  });

  test('of a quantity that the server writes anew, and of what is empty, do not differ', () => {
    const resources = { requests: { cpu: '0.1', memory: '128Mi' } };
    const probe = { httpGet: { path: '/', port: 1 }, initialDelaySeconds: 0 };
    const withThem = detailed('green', 'v0', { containers: [{ name: 'shop', resources, readinessProbe: probe }] });
    const { initialDelaySeconds, ...served } = probe;
    const live = detailed('green', 'v0', {
      containers: [{ name: 'shop', resources: { requests: { cpu: '100m', memory: '128Mi' } }, readinessProbe: served }],
    });
    const facts = factsOf({
      manifests: { ...manifests, shared: [], colors: { blue: [], green: [withThem] } },
      live: new Map([live, manifests.active, manifests.preview].map((object) => [objectKey(object), object])),
    });
    expect(initialDelaySeconds).toBe(0);
    expect(drift.examine(facts)).toEqual([]);
  });
});
