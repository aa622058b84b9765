import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { REPOSITORY } from '../cluster/cluster.js';
import { begin, quietly } from '../demo/command.js';

/** Name of the Deployment and the Service that are updated in place. */
export const ROLLING = 'engine-ops-rolling';

interface Deployment {
  kind: string;
  metadata: { name: string };
  spec: { selector: { matchLabels: object }; template: { metadata: { labels: object } } };
}

/** engine-ops as one Deployment: the same Pods, probes and strategy, updated in place behind one Service. */
export async function installRolling(namespace: string): Promise<void> {
  const text = readFileSync(join(REPOSITORY, 'dist/engine-ops-blue.k8s.yaml'), 'utf8');
  const blue = parseAllDocuments(text)
    .map((document) => document.toJS() as Deployment)
    .find(({ kind }) => kind === 'Deployment');
  if (!blue) throw new Error('dist/engine-ops-blue.k8s.yaml holds no Deployment');
  const labels = { app: ROLLING };
  const deployment = {
    ...blue,
    metadata: { name: ROLLING, labels },
    spec: {
      ...blue.spec,
      selector: { matchLabels: labels },
      template: { ...blue.spec.template, metadata: { labels } },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: ROLLING, labels },
    spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] },
  };
  for (const object of [deployment, service]) {
    const { exitCode, all } = await begin(
      `kubectl apply --namespace ${namespace} --filename -`,
      undefined,
      JSON.stringify(object),
    );
    if (exitCode !== 0) throw new Error(all);
  }
  await quietly(`kubectl rollout status deployment/${ROLLING} --namespace ${namespace} --timeout=180s`);
}
