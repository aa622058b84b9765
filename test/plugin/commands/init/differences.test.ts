import { describe, expect, test } from '@jest/globals';
import { differences } from '../../../../plugin/commands/init/differences.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';

const object = (kind: string, spec: object, metadata: object = {}) =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'shop', ...metadata }, spec }) as KubernetesObject;

const container = (fields: object) =>
  object('Deployment', { template: { spec: { containers: [{ name: 'shop', image: 'shop:v1', ...fields }] } } });

const paths = (live: KubernetesObject, wanted: KubernetesObject) =>
  differences(live, wanted).map(({ kind, path }) => `${kind} ${path}`);

const IN_CONTAINER = 'spec.template.spec.containers[shop]';

describe('differences', () => {
  test.each<[string, object, object, string[]]>([
    [
      'a field of one side',
      { tty: true },
      { stdin: true },
      [`lost ${IN_CONTAINER}.tty`, `added ${IN_CONTAINER}.stdin`],
    ],
    ['a value', { image: 'shop:v2' }, {}, [`changed ${IN_CONTAINER}.image`]],
    ['an argument', { args: ['a'] }, { args: ['b'] }, [`changed ${IN_CONTAINER}.args[0]`]],
    [
      'a variable, by its name',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      { env: [{ name: 'B', value: '2' }] },
      [`lost ${IN_CONTAINER}.env[A]`],
    ],
    [
      'the order of variables, on which others depend',
      {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '$(A)' },
        ],
      },
      {
        env: [
          { name: 'B', value: '$(A)' },
          { name: 'A', value: '1' },
        ],
      },
      [`changed ${IN_CONTAINER}.env (its order)`],
    ],
    [
      'a variable that is there twice',
      {
        env: [
          { name: 'A', value: '0' },
          { name: 'A', value: '1' },
        ],
      },
      { env: [{ name: 'A', value: '1' }] },
      [`changed ${IN_CONTAINER}.env (its order)`],
    ],
    [
      'a port of another protocol',
      { ports: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }] },
      { ports: [{ containerPort: 53 }] },
      [`lost ${IN_CONTAINER}.ports[53/UDP]`],
    ],
  ])('are told for %s', (_, live, wanted, expected) => {
    expect(paths(container(live), container(wanted))).toEqual(expected);
  });

  test.each<[string, KubernetesObject, KubernetesObject]>([
    [
      'of a container',
      container({
        resources: {},
        terminationMessagePolicy: 'File',
        env: [{ name: 'EMPTY' }],
        readinessProbe: { httpGet: { path: '/', port: 80, scheme: 'HTTP' }, timeoutSeconds: 1, periodSeconds: 10 },
      }),
      container({
        env: [{ name: 'EMPTY', value: '' }],
        readinessProbe: { httpGet: { port: 80 }, initialDelaySeconds: 0 },
      }),
    ],
    [
      'of a Service',
      object('Service', {
        type: 'ClusterIP',
        clusterIP: '10.0.0.1',
        ports: [{ port: 80, nodePort: 30080, protocol: 'TCP' }],
      }),
      object('Service', { sessionAffinity: 'None', ports: [{ port: 80 }] }),
    ],
    [
      'of metadata, and marks that are left behind',
      object('Service', {}, { uid: '1', resourceVersion: '2', namespace: 'store', managedFields: [] }),
      object('Service', {}, { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }),
    ],
  ])('are none for what the server fills in %s', (_, live, wanted) => {
    expect(paths(live, wanted)).toEqual([]);
    expect(paths(wanted, live)).toEqual([]);
  });

  test('are told for a Service without an address, which is a choice', () => {
    expect(paths(object('Service', { clusterIP: 'None' }), object('Service', {}))).toEqual(['lost spec.clusterIP']);
  });

  test('are none for the order of what has none', () => {
    const ports = [{ port: 80 }, { port: 443 }];
    expect(paths(object('Service', { ports }), object('Service', { ports: [...ports].reverse() }))).toEqual([]);
  });
});
