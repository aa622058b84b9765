import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterNamed } from '../../cluster/cluster.js';
import { kubectl, kubectlWith } from '../../e2e/support/cluster.js';
import { start } from '../../e2e/support/running.js';
import { until } from '../../e2e/support/until.js';

/**
 * Rewrites the images of a namespace's Deployments at admission, as clusters with a registry mirror do, until it is stopped.
 * The certificate is the API server's own, which is good for 127.0.0.1.
 */
export async function startImageWebhook(namespace: string): Promise<() => Promise<void>> {
  const { certificates } = clusterNamed();
  const file = (name: string) => join(certificates, name);
  const program = join(import.meta.dirname, 'webhook-server.mjs');
  const server = start(['node', program, file('kube-apiserver.crt'), file('kube-apiserver.key')]);
  await server.until('its port', () => /^\d+\n/.test(server.out()));
  const name = `images-${namespace}`;
  const configuration = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: 'images.example.com',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        clientConfig: {
          url: `https://127.0.0.1:${server.out().trim()}/`,
          caBundle: readFileSync(file('ca.crt')).toString('base64'),
        },
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [
          { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] },
        ],
      },
    ],
  };
  await kubectlWith({ input: JSON.stringify(configuration) }, 'create', '-f', '-');
  const sent = ['create', 'deployment', 'probe', '--image=probe:v1', '-n', namespace, '--dry-run=server', '-o', 'json'];
  await until(async () => (await kubectl(...sent)).includes('docker.io/library/probe:v1'));
  return async () => {
    await kubectl('delete', 'mutatingwebhookconfigurations', name);
    await server.end('SIGTERM');
  };
}
