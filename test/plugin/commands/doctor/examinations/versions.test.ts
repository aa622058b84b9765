import { expect, test } from '@jest/globals';
import { versions } from '../../../../../plugin/commands/doctor/examinations/versions.js';
import { factsOf } from '../facts.js';

const examine = (client: string, server: string, platform = 'linux/amd64') =>
  versions.examine(factsOf({ versions: { client, server, platform } }));

test.each([
  ['v1.34.4', 'v1.34.0'],
  ['v1.33.0', 'v1.34.4'],
  ['v1.35.0', 'v1.34.4-gke.100'],
  ['', 'v1.34.4'],
  ['v1.34.4', 'latest'],
])('kubectl %s fits the server %s', (client, server) => {
  expect(examine(client, server)).toEqual([]);
});

test.each([
  ['v1.31.0', 'v1.34.4+k3s1', 'linux/arm64', 'v1.34.4/bin/linux/arm64/kubectl ', '3 minor versions'],
  ['v1.36.1', 'v1.34.4', 'windows/amd64', 'v1.34.4/bin/windows/amd64/kubectl.exe ', '2 minor versions'],
])('kubectl %s does not fit the server %s', (client, server, platform, path, apart) => {
  expect(examine(client, server, platform)).toEqual([
    expect.objectContaining({
      id: 'kubectl-skew',
      severity: 'warning',
      what: expect.stringContaining(apart),
      fix: expect.stringContaining(`https://dl.k8s.io/release/${path}`),
    }),
  ]);
});
