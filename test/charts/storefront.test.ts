import { expect, test } from '@jest/globals';
import { readRelease, renderRelease } from '../../charts/index.js';
import type { Color } from '../../charts/names.js';
import { find, objectsOf } from './support.js';

const spec = readRelease('test/releases/storefront.yaml');
const objects = objectsOf(spec);
const colors: [Color, Color][] = [
  ['blue', 'green'],
  ['green', 'blue'],
];

test('nothing of engine-ops is in another release', () => {
  const text = [...renderRelease(spec).values()].join();
  expect(text).not.toMatch(/engine|3000|RATE_LIMIT|health\/live|v0\.1\.0|name: http\b/);
});

test('every object is in the namespace, and has the labels and annotations, that the spec says', () => {
  for (const { metadata } of objects) {
    expect(metadata).toMatchObject({
      namespace: 'shop',
      labels: { app: 'storefront', 'deployment-type': 'blue-green', 'example.com/team': 'shop' },
      annotations: { 'example.com/owner': 'shop@example.com' },
    });
  }
});

test('traffic starts on the color that the spec says', () => {
  expect(find(objects, 'Service', 'storefront-active').spec).toMatchObject({
    type: 'ClusterIP',
    selector: { app: 'storefront', version: 'green' },
    ports: [{ name: 'web', port: 8000, targetPort: 'web' }],
  });
  expect(find(objects, 'Service', 'storefront-preview').spec.selector).toEqual({ app: 'storefront', version: 'blue' });
});

test.each(colors)('%s scales by itself, and applying its Deployment does not undo that', (color) => {
  const name = `storefront-${color}`;
  expect(find(objects, 'Deployment', name).spec).not.toHaveProperty('replicas');
  expect(find(objects, 'HorizontalPodAutoscaler', name).spec).toMatchObject({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    minReplicas: 2,
    maxReplicas: 6,
  });
});

test.each(colors)('a budget counts the Pods of %s alone, and lets go of those that are broken', (color) => {
  expect(find(objects, 'PodDisruptionBudget', `storefront-${color}`).spec).toEqual({
    minAvailable: '50%',
    selector: { matchLabels: { app: 'storefront', version: color } },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test.each(colors)('Pods of %s keep away from those of %s, and spread among themselves', (color, other) => {
  const pod = find(objects, 'Deployment', `storefront-${color}`).spec.template.spec;
  const [term] = pod.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
  expect(term.podAffinityTerm.labelSelector.matchLabels).toEqual({ app: 'storefront', version: other });
  expect(pod.topologySpreadConstraints).toHaveLength(2);
  for (const constraint of pod.topologySpreadConstraints) {
    expect(constraint.labelSelector.matchLabels).toEqual({ app: 'storefront', version: color });
  }
});

test('hosts lead to the Services that a switch moves, not to a color', () => {
  const { rules, tls } = find(objects, 'Ingress').spec;
  // biome-ignore lint/suspicious/noExplicitAny: a rule of an Ingress.
  expect(rules.map((rule: any) => [rule.host, rule.http.paths[0].backend.service])).toEqual([
    ['shop.example.com', { name: 'storefront-active', port: { name: 'web' } }],
    ['www.shop.example.com', { name: 'storefront-active', port: { name: 'web' } }],
    ['preview.shop.example.com', { name: 'storefront-preview', port: { name: 'web' } }],
  ]);
  expect(tls[0].hosts).toHaveLength(3);
});

test('the network policy covers both colors', () => {
  const { podSelector, policyTypes } = find(objects, 'NetworkPolicy').spec;
  expect(podSelector).toEqual({ matchLabels: { app: 'storefront', 'deployment-type': 'blue-green' } });
  expect(policyTypes).toEqual(['Ingress', 'Egress']);
});

test('each color has a configuration of its own', () => {
  expect(objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata, data }) => [metadata.name, data])).toEqual(
    [
      ['storefront-blue-config', { CHECKOUT: 'new', CURRENCY: 'EUR' }],
      ['storefront-green-config', { CHECKOUT: 'classic', CURRENCY: 'EUR' }],
    ],
  );
});

test('the files are those of the last review', () => {
  for (const [file, text] of renderRelease(spec)) expect(text).toMatchSnapshot(file);
});
