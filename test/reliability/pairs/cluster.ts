import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { FIELD_MANAGER } from '../../../charts/names.js';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import type { Api } from '../../../plugin/kube/api.js';
import { objectPath, resourcePath } from '../../../plugin/kube/resources.js';
import { appliedBy } from '../../../plugin/plan/fields/owned.js';
import { paths } from '../../../plugin/plan/fields/paths.js';
import { difference, intersection } from '../../../plugin/plan/fields/set.js';
import { statedSet } from '../../plugin/server/stated-set.js';

const KINDS = [
  ...['ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Ingress', 'NetworkPolicy'],
  ...['PodDisruptionBudget', 'Service', 'ServiceAccount'],
];

interface Whole extends KubernetesObject {
  readonly spec?: Record<string, unknown>;
  readonly data?: unknown;
}

/** Objects by what kubectl calls them. */
export type Objects = ReadonlyMap<string, Whole>;

const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata.name}`;

/** All that a release has in a namespace. */
export async function liveObjects(api: Api, namespace: string): Promise<Objects> {
  const lists = await Promise.all(KINDS.map((kind) => api.list<Whole>(resourcePath(kind, namespace))));
  const items = lists.flatMap(({ items: found }) => found).filter(({ metadata }) => metadata.name.startsWith('shop'));
  return new Map(items.map((item) => [nameOf(item), item]));
}

export function manifestsIn(folder: string): Whole[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'));
  return texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Whole));
}

/** What this plugin and controllers write beside the manifests. */
const RECORDS = /^(kubectl-bluegreen\.dev\/|deployment\.kubernetes\.io\/revision$)/;

/** What of an object a run must leave or put back as it was. */
export function essence({ metadata, spec, data }: Whole): object {
  const entries = Object.entries(metadata.annotations ?? {}).filter(([name]) => !RECORDS.test(name));
  return { labels: metadata.labels ?? {}, annotations: Object.fromEntries(entries), spec, data };
}

export const essences = (objects: Objects): object =>
  Object.fromEntries([...objects].map(([name, object]) => [name, essence(object)]));

/** A manifest as the server would hold it, had nothing been there before. @param scratch - an empty namespace */
async function defaulted(api: Api, manifest: Whole, scratch: string): Promise<Whole> {
  const path = objectPath(manifest, scratch);
  const metadata = { ...manifest.metadata, namespace: scratch };
  return await api.apply<Whole>(path, { ...manifest, metadata }, { dryRun: true });
}

/**
 * What of a live object is not as its manifest says: a value that differs from the server-defaulted manifest, or a field
 * that this plugin owns and the manifest does not state.
 */
export async function deviations(api: Api, live: Whole | undefined, manifest: Whole, scratch: string): Promise<object> {
  if (!live) return { [nameOf(manifest)]: 'is missing' };
  const wanted = essence(await defaulted(api, manifest, scratch)) as Whole;
  const seen = essence(live) as Whole;
  const own = [wanted, seen].map((object) =>
    JSON.parse(JSON.stringify({ ...object, spec: comparable(object.spec, live) })),
  );
  const owned = difference(appliedBy(live, FIELD_MANAGER), statedSet(manifest));
  // What was stated as empty to take it away can stay owned, but there is nothing.
  const unstated = paths(intersection(owned, statedSet(live)));
  const left = unstated.filter((path) => !/^\.metadata\.annotations(\.kubectl-bluegreen\.dev\/|$)/.test(path));
  return { wanted: own[0], seen: own[1], left: left.filter((path) => !isHandedOver(path, live)) };
}

/** Without what the server gives each object by itself, and without what a HorizontalPodAutoscaler decides. */
function comparable(spec: Record<string, unknown> = {}, { kind }: Whole): object {
  const { clusterIP: _, clusterIPs: __, healthCheckNodePort: ___, ...rest } = spec;
  if (kind === 'Deployment') return { ...rest, replicas: undefined };
  const ports = (rest.ports as { nodePort?: number }[] | undefined)?.map(({ nodePort: ____, ...port }) => port);
  return kind === 'Service' ? { ...rest, ports } : rest;
}

/** Replicas belong to more than the manifest: they follow the other color's, or an autoscaler. */
const isHandedOver = (path: string, { kind }: Whole) => kind === 'Deployment' && path === '.spec.replicas';
