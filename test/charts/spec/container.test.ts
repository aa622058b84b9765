import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

const request = { requests: { cpu: '100m', memory: '1Gi' } };

test.each<[string, object]>([
  [
    'quantities of every kind',
    {
      resources: {
        requests: { cpu: '.5', memory: '1.5Gi' },
        limits: { cpu: '2', memory: '2G', 'ephemeral-storage': '10k' },
      },
    },
  ],
  ['requests equal to limits', { resources: { requests: { cpu: '1' }, limits: { cpu: '1000m' } } }],
  ['no limits', { resources: request }],
  ['root, if the spec says so', { securityContext: { runAsNonRoot: false, runAsUser: 0 } }],
  ['a wildcard host', { ingress: { hosts: ['*.example.com'] } }],
])('%s is valid', (_, more) => {
  expect(problemsOf(more)).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'a request above its limit',
    { resources: { requests: { memory: '1Gi' }, limits: { memory: '1G' } } },
    'resources.requests.memory: expected at most the limit "1G", got "1Gi"',
  ],
  [
    'a quantity without a number',
    { resources: { limits: { cpu: 'm' } } },
    'resources.limits.cpu: expected a quantity, such as "500m" or "128Mi", got "m"',
  ],
  [
    'a port above 65535',
    { ports: [{ name: 'http', containerPort: 65536, servicePort: 80 }] },
    'ports[0].containerPort: expected at most 65535, got the number 65536',
  ],
  [
    'a port name of 16 letters',
    { ports: [{ name: 'a'.repeat(16), containerPort: 1, servicePort: 80 }] },
    'ports[0].name: expected at most 15 characters, got 16',
  ],
  [
    'a port name of digits',
    { ports: [{ name: '80', containerPort: 1, servicePort: 80 }] },
    'ports[0].name: expected a port name of lower-case letters, digits and "-", got "80"',
  ],
  ['no ports', { ports: [] }, 'ports: expected at least 1 entry, got 0'],
  [
    'no Service port',
    { ports: [{ name: 'http', containerPort: 1 }] },
    'ports[0]: expected a servicePort: traffic goes to the first port',
  ],
  [
    'a port twice',
    {
      ports: [
        { name: 'a', containerPort: 1, servicePort: 2 },
        { name: 'b', containerPort: 1 },
      ],
    },
    'ports[1].containerPort: containerPort 1 is listed twice',
  ],
  [
    'root by default',
    { securityContext: { runAsUser: 0 } },
    'securityContext.runAsUser: expected a user ID above 0 because runAsNonRoot is true, got 0',
  ],
  [
    'two sources of a variable',
    { env: { A: { releaseField: 'color', fieldRef: { fieldPath: 'metadata.name' } } } },
    'env.A: expected exactly one of releaseField, secretKeyRef, configMapKeyRef, fieldRef',
  ],
  [
    'a field that Pods do not offer',
    { env: { A: { fieldRef: { fieldPath: 'spec.containers' } } } },
    'env.A.fieldRef.fieldPath: expected a field that the downward API offers, such as "metadata.name", got "spec.containers"',
  ],
  [
    'a variable that starts with a digit',
    { env: { '1A': 'b' } },
    'env.1A: its name is not valid: expected a name of letters, digits, "_", "-" and "."',
  ],
  [
    'a variable that config has too',
    { env: { A: 'b' }, config: { data: { A: 'c' } } },
    'env.A: is also a key of config',
  ],
  [
    "a color's config when it is shared",
    { colors: { blue: { version: 'v1', config: { A: 'b' } }, green: { version: 'v1' } } },
    'colors.blue.config: expected config.scope: color, or both colors share one ConfigMap',
  ],
  [
    "a variable that a color's config has too",
    {
      env: { A: 'b' },
      config: { scope: 'color' },
      colors: { blue: { version: 'v1', config: { A: 'b' } }, green: { version: 'v1' } },
    },
    'env.A: is also a key of config',
  ],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});
