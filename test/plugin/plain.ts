import type { Deployment, Pod, PodTemplate, ReplicaSet } from '../../plugin/core/kubernetes.js';
import { resourcePath } from '../../plugin/kube/resources.js';
import { planUndo, type UndoInput } from '../../plugin/plan/rolling/undo.js';
import { fakeApi, NAMESPACE } from './fake-api.js';
import { type FakeRun, fakeRun } from './fake-run.js';

/** Builders of a Deployment named cart without colors, as an API server would show it. */

export const PROBES = {
  readinessProbe: { httpGet: { path: '/ready', port: 'http', scheme: 'HTTP' } },
  livenessProbe: { httpGet: { path: '/live', port: 8080, scheme: 'HTTP' } },
};

export const template = (version: string, container: object = PROBES): PodTemplate => ({
  metadata: { labels: { app: 'cart' } },
  spec: {
    containers: [
      { name: 'cart', image: `cart:${version}`, ports: [{ name: 'http', containerPort: 8080 }], ...container },
    ],
  },
});

export function plain(version: string, more: Partial<Deployment['spec']> = {}, revision = 2): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'cart',
      uid: 'uid-cart',
      generation: 1,
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    },
    spec: { replicas: 2, selector: { matchLabels: { app: 'cart' } }, template: template(version), ...more },
    status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
  };
}

export function revisionSet(revision: number, version: string, more: object = {}): ReplicaSet {
  const of = template(version);
  const labels = { app: 'cart', 'pod-template-hash': version };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `cart-${version}`,
      labels,
      annotations: { 'deployment.kubernetes.io/revision': String(revision), ...more },
      creationTimestamp: `2026-01-0${revision}T00:00:00Z`,
      ownerReferences: [{ kind: 'Deployment', name: 'cart', uid: 'uid-cart' }],
    },
    spec: { replicas: 0, template: { ...of, metadata: { ...of.metadata, labels } } },
  };
}

export function podOf(version: string, name: string, ready = true): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, uid: `uid-${name}`, labels: { app: 'cart', 'pod-template-hash': version } },
    spec: { containers: [{ name: 'cart' }] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

/** Revision 1 ran v1, revision 2 runs v2. */
export const inputOf = (more: Partial<UndoInput> = {}): UndoInput => ({
  namespace: NAMESPACE,
  deployment: plain('v2'),
  replicaSets: [revisionSet(2, 'v2'), revisionSet(1, 'v1')],
  revision: 0,
  timeoutSeconds: 60,
  checks: { paths: [], retries: 1 },
  ...more,
});

export const CART = resourcePath('Deployment', NAMESPACE, 'cart');
export const image = (run: FakeRun) => run.api.at<Deployment>(CART)?.spec.template.spec.containers[0]?.image;

/** A cluster with a Deployment controller: what a patch asks for is there at once, unless a version is one of the broken. */
export function plainRun({ broken = [], ...more }: Partial<FakeRun> & { broken?: string[] } = {}): FakeRun {
  const { deployment, replicaSets } = inputOf();
  const api = fakeApi([deployment, ...replicaSets, podOf('v2', 'old-1'), podOf('v2', 'old-2')]);
  const run = fakeRun({ api, release: 'cart', ...more });
  let revision = 2;
  let running = 'cart:v2';
  let pods = ['old-1', 'old-2'];
  api.after = ({ verb, path }) => {
    if (verb !== 'patch' || path !== CART || image(run) === running) return;
    running = image(run) ?? '';
    for (const name of pods) api.remove(resourcePath('Pod', NAMESPACE, name));
    pods = roll(run, running.replace('cart:', ''), ++revision, !broken.includes(running));
  };
  return run;
}

function roll(run: FakeRun, version: string, revision: number, ready: boolean): string[] {
  const names = [`${version}-${revision}-1`, `${version}-${revision}-2`];
  run.api.put(revisionSet(revision, version));
  for (const name of names) run.api.put(podOf(version, name, ready));
  const live = run.api.at<Deployment>(CART) as Deployment;
  const annotations = { ...live.metadata.annotations, 'deployment.kubernetes.io/revision': String(revision) };
  run.api.put({ ...live, metadata: { ...live.metadata, annotations } });
  return names;
}

export const planOf = (more: Partial<UndoInput> = {}) => planUndo(inputOf(more));
