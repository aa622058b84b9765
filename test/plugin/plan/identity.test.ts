import { describe, expect, test } from '@jest/globals';
import type { Deployment, PodTemplate } from '../../../plugin/core/kubernetes.js';
import { hashOfTemplate, templateHash } from '../../../plugin/plan/identity.js';
import { deployment } from '../cluster-objects.js';

const container = { name: 'shop', image: 'shop:v1' };
const TEMPLATE: PodTemplate = { metadata: { labels: { app: 'shop' } }, spec: { containers: [container] } };
const of = (more: object, spec: object = {}): PodTemplate =>
  ({ metadata: { ...TEMPLATE.metadata, ...more }, spec: { ...TEMPLATE.spec, ...spec } }) as PodTemplate;

describe('a Pod template has the same hash', () => {
  test.each<[string, PodTemplate]>([
    ['when it was restarted', of({ annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-02T03:04:05Z' } })],
    ['in its ReplicaSet', of({ labels: { app: 'shop', 'pod-template-hash': 'abc' } })],
    [
      'with its keys in another order',
      { spec: { containers: [{ image: 'shop:v1', name: 'shop' }] }, metadata: { labels: { app: 'shop' } } },
    ],
    [
      'with what is null, or empty, left out',
      of({ creationTimestamp: null, annotations: {} }, { hostname: undefined }),
    ],
  ])('%s', (_, template) => {
    expect(hashOfTemplate(template)).toBe(hashOfTemplate(TEMPLATE));
  });
});

describe('a Pod template has another hash', () => {
  test.each<[string, PodTemplate]>([
    ['with another image', of({}, { containers: [{ ...container, image: 'shop:v2' }] })],
    ['with another label', of({ labels: { app: 'shop', tier: 'web' } })],
    ['with an annotation', of({ annotations: { 'prometheus.io/scrape': 'true' } })],
    ['with a volume that says nothing more', of({}, { volumes: [{ name: 'tmp', emptyDir: {} }] })],
    ['with its containers in another order', of({}, { containers: [{ ...container, name: 'a' }, container] })],
  ])('%s', (_, template) => {
    expect(hashOfTemplate(template)).not.toBe(hashOfTemplate(TEMPLATE));
  });

  test('which does not depend on the replicas', () => {
    const scaled: Deployment = deployment('green', 'v1', { replicas: 9 });
    expect(templateHash(scaled)).toBe(templateHash(deployment('green', 'v1')));
    expect(templateHash(scaled)).toMatch(/^[0-9a-f]{16}$/);
  });
});
