import { expect, test } from '@jest/globals';
import { renderRelease } from '../../charts/index.js';
import { MINIMAL, release } from './spec/support.js';
import { find, objectsOf } from './support.js';

type More = Parameters<typeof release>[0];
const digest = `sha256:${'0a'.repeat(32)}`;
const deployment = (more: More, color: 'blue' | 'green') =>
  find(objectsOf(release(more)), 'Deployment', `shop-${color}`).spec;
const pod = (more: More) => deployment(more, 'blue').template;

test.each([
  ['a version', { version: 'v1' }, ':v1'],
  ['a digest', { digest }, `@${digest}`],
  ['both', { version: 'v1', digest }, `:v1@${digest}`],
])('an image is named by %s', (_, blue, suffix) => {
  const [container] = pod({ colors: { ...MINIMAL.colors, blue } }).spec.containers;
  expect(container.image).toBe(`${MINIMAL.image.repository}${suffix}`);
});

test.each<[string, More, number, number]>([
  ['nothing is said', {}, 2, 2],
  ['replicas are', { replicas: 5 }, 5, 5],
  ['one idle Pod is warm', { replicas: 5, idleReplicas: 1 }, 5, 1],
  ['the idle color is off', { idleReplicas: 0 }, 2, 0],
  ['green is active', { active: 'green', idleReplicas: 1 }, 1, 2],
  ['a color says its own', { colors: { ...MINIMAL.colors, green: { version: 'v2', replicas: 7 } } }, 2, 7],
])('when %s, blue and green have their Pods', (_, more, blue, green) => {
  expect([deployment(more, 'blue').replicas, deployment(more, 'green').replicas]).toEqual([blue, green]);
});

test("a change of a color's own configuration replaces its Pods, one of shared configuration does not", () => {
  const checksum = (scope: 'shared' | 'color', A: string) =>
    pod({ config: { scope, data: { A } } }).metadata.annotations?.['kubectl-bluegreen.dev/config-checksum'];
  expect(checksum('color', '1')).toMatch(/^[0-9a-f]{16}$/);
  expect(checksum('color', '1')).not.toBe(checksum('color', '2'));
  expect(checksum('shared', '1')).toBeUndefined();
});

test('the order of configuration keys is no change', () => {
  const render = (data: Record<string, string>) => pod({ config: { scope: 'color', data } }).metadata.annotations;
  expect(render({ A: '1', B: '2' })).toEqual(render({ B: '2', A: '1' }));
});

test('a rollout that the spec gives more than ten minutes is not called failed by Kubernetes before', () => {
  expect(deployment({ rollout: { timeoutSeconds: 601 } }, 'blue').progressDeadlineSeconds).toBe(601);
  expect(deployment({ rollout: { timeoutSeconds: 600 } }, 'blue')).not.toHaveProperty('progressDeadlineSeconds');
});

test.each<[string, More, string]>([
  ['probes', { startupProbe: false, livenessProbe: false }, 'startupProbe'],
  ['a preStop hook', { preStopSeconds: 0 }, 'lifecycle'],
])('%s are left out when the spec says so', (_, more, field) => {
  expect(pod({}).spec.containers[0]).toHaveProperty(field);
  expect(pod(more).spec.containers[0]).not.toHaveProperty(field);
});

test('security fields that are unset are left out, one by one or all', () => {
  const some = pod({ securityContext: { seccompProfile: 'unset', readOnlyRootFilesystem: 'unset' } }).spec;
  expect(some.securityContext).toEqual({ runAsNonRoot: true, runAsUser: 1000 });
  expect(some.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
  const fields = ['runAsNonRoot', 'runAsUser', 'seccompProfile', 'readOnlyRootFilesystem', 'allowPrivilegeEscalation'];
  const none = pod({
    securityContext: Object.fromEntries([...fields, 'capabilities'].map((field) => [field, 'unset'])),
  });
  expect(none.spec).not.toHaveProperty('securityContext');
  expect(none.spec.containers[0]).not.toHaveProperty('securityContext');
});

test('a Pod drains by the command of the spec, else by sleep', () => {
  const command = (more: More) => pod(more).spec.containers[0].lifecycle.preStop.exec.command;
  expect(command({ preStopSeconds: 4 })).toEqual(['sleep', '4']);
  expect(command({ preStopSeconds: 4, preStopCommand: ['/bin/drain', '--wait'] })).toEqual(['/bin/drain', '--wait']);
});

test('a ServiceAccount made elsewhere is used, not made', () => {
  const more: More = { serviceAccount: { create: false, name: 'robot' } };
  expect(pod(more).spec).toMatchObject({ serviceAccountName: 'robot', automountServiceAccountToken: false });
  const unset: More = { serviceAccount: { create: false, name: 'robot', automountToken: 'unset' } };
  expect(pod(unset).spec).not.toHaveProperty('automountServiceAccountToken');
  expect(objectsOf(release(more)).map(({ kind }) => kind)).not.toContain('ServiceAccount');
});

test('colors that must not meet are kept apart by the scheduler', () => {
  const { podAntiAffinity } = pod({ antiAffinity: { betweenColors: 'required', topologyKey: 'zone' } }).spec.affinity;
  expect(podAntiAffinity).toEqual({
    requiredDuringSchedulingIgnoredDuringExecution: [
      { labelSelector: { matchLabels: { app: 'shop', version: 'green' } }, topologyKey: 'zone' },
    ],
  });
});

test('a policy without egress rules leaves egress alone, one with none forbids it', () => {
  const policy = (egress?: []) =>
    find(objectsOf(release({ networkPolicy: { ingressFrom: [{ podSelector: {} }], egress } })), 'NetworkPolicy').spec;
  expect(policy().policyTypes).toEqual(['Ingress']);
  expect(policy([])).toMatchObject({ policyTypes: ['Ingress', 'Egress'], egress: [] });
});

test('a release without anything that both colors share has no file for it', () => {
  expect([...renderRelease(release()).keys()]).toEqual([
    'shop-blue.k8s.yaml',
    'shop-green.k8s.yaml',
    'shop-traffic.k8s.yaml',
  ]);
});

test("labels and selectors are the release's own: none is a hash of how it is made", () => {
  expect([...renderRelease(release()).values()].join()).not.toContain('cdk8s');
});
