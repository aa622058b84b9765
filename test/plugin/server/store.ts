import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { jsonPatch, mergePatch, type Operation } from './patches.js';
import { alreadyExists, badRequest, conflict, invalid, modified, notFound, rejected } from './refusals.js';
import { requireTyped, requireValid } from './rules.js';
import { copy, equal } from './values.js';
import { apply, isSame, scale, update } from './write.js';

export interface Writing {
  readonly manager: string;
  readonly dryRun?: boolean;
}

/** The objects of an API server, by path, and the rules by which they may be written. */
export interface Store {
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** The resourceVersion of the last write. */
  version(): number;
  create(collection: string, object: KubernetesObject, writing: Writing): KubernetesObject;
  apply(path: string, stated: KubernetesObject, writing: Writing & { readonly force: boolean }): KubernetesObject;
  /** @param strategic - lists of named items are merged */
  patch(path: string, patch: object, writing: Writing & { readonly strategic?: boolean }): KubernetesObject;
  replace(path: string, object: KubernetesObject, writing: Writing): KubernetesObject;
  delete(path: string, preconditions?: { readonly uid?: string; readonly resourceVersion?: string }): void;
  /** Writes without rules: what controllers and other clients do. */
  save(path: string, object: KubernetesObject): KubernetesObject;
}

export type Listener = (path: string, type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) => void;

/** They are refused without the resourceVersion that they replace. */
const CONDITIONAL = ['PodDisruptionBudget', 'Lease'];
/** A PUT makes them when they are not there. */
const MADE_BY_UPDATE = ['Lease', 'Service'];
const WITH_GENERATION = ['Deployment', 'PodDisruptionBudget', 'Ingress', 'NetworkPolicy', 'Job'];

export function objectStore(listener: Listener): Store {
  const objects = new Map<string, KubernetesObject>();
  let version = 1000;

  function save(path: string, object: KubernetesObject): KubernetesObject {
    const before = objects.get(path);
    const uid = before?.metadata.uid ?? object.metadata.uid ?? `uid-made-${version}`;
    const metadata = { ...object.metadata, uid, resourceVersion: String(++version) };
    const saved = copy({ ...object, metadata });
    objects.set(path, saved);
    listener(path, before ? 'MODIFIED' : 'ADDED', saved);
    return saved;
  }

  /** Times go with the versions: a second for each write. */
  const now = () => ({ time: new Date(Date.UTC(2026, 0, 1) + version * 1000).toISOString().replace('.000', '') });

  function store(path: string, next: KubernetesObject, { dryRun = false }: Writing): KubernetesObject {
    const live = objects.get(path);
    requireValid(next, live);
    const counted = withGeneration(next, live);
    if (live && isSame(live, counted)) return live;
    return dryRun ? copy(counted) : save(path, counted);
  }

  function existing(path: string): KubernetesObject {
    const live = objects.get(path);
    if (!live) throw notFound(resourceOf(path));
    return live;
  }

  return {
    objects,
    version: () => version,
    save,
    create(collection, object, writing) {
      const path = `${collection}/${object.metadata.name}`;
      if (objects.has(path)) throw alreadyExists(resourceOf(path));
      if (object.metadata.resourceVersion) throw rejected('resourceVersion should not be set on objects to be created');
      return store(path, update(undefined, object, { ...now(), manager: writing.manager }), writing);
    },
    apply(path, stated, writing) {
      const live = objects.get(path);
      const { uid, resourceVersion, managedFields } = stated.metadata;
      if (managedFields) throw badRequest('metadata.managedFields must be nil');
      requireTyped(stated);
      if (!live && uid !== undefined) throw conflict(resourceOf(path), uidMismatch(uid));
      const applied = apply(live, stated, { ...now(), ...writing });
      requireVersion(path, live, resourceVersion);
      const asked = { ...applied.metadata, ...(uid !== undefined && { uid }) };
      const { resourceVersion: _, ...metadata } = asked;
      return store(path, { ...applied, metadata: live ? asked : metadata }, writing);
    },
    patch(path, patch, { strategic = false, ...writing }) {
      const own = path.replace(/\/(scale|status)$/, '');
      const live = existing(own);
      const next = Array.isArray(patch)
        ? jsonPatch(live, patch as Operation[])
        : (mergePatch(live, patch, strategic) as KubernetesObject);
      if (!next) throw invalid(live, [], 'the server rejected our request due to an error in our request');
      requireVersion(own, live, next.metadata.resourceVersion);
      if (path.endsWith('/status')) return save(own, next);
      if (!path.endsWith('/scale'))
        return store(own, update(live, withStatusOf(next, live), { ...now(), ...writing }), writing);
      const { replicas } = (patch as { spec: { replicas: number } }).spec;
      return store(own, scale(live, replicas, { ...now(), ...writing }), writing);
    },
    replace(path, object, writing) {
      const live = objects.get(path);
      if (!live && MADE_BY_UPDATE.includes(object.kind))
        return this.create(path.slice(0, path.lastIndexOf('/')), object, writing);
      const before = existing(path);
      const { uid, resourceVersion } = object.metadata;
      if (uid !== undefined && uid !== before.metadata.uid)
        throw conflict(resourceOf(path), `Precondition failed: UID in precondition: ${uid}, ${before.metadata.uid}`);
      if (resourceVersion === undefined && CONDITIONAL.includes(object.kind)) throw invalid(object, [UNCONDITIONAL]);
      requireVersion(path, before, resourceVersion);
      const metadata = { ...object.metadata, uid: before.metadata.uid, generation: before.metadata.generation };
      const next = withStatusOf({ ...object, metadata } as KubernetesObject, before);
      return store(path, update(before, next, { ...now(), manager: writing.manager }), writing);
    },
    delete(path, { uid, resourceVersion } = {}) {
      const { metadata, ...live } = existing(path);
      const differ = (what: string, asked: string, has = '') =>
        conflict(
          resourceOf(path),
          `the ${what} in the precondition (${asked}) does not match the ${what} in record (${has})`,
        );
      if (uid !== undefined && uid !== metadata.uid) throw differ('UID', uid, metadata.uid);
      if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
        throw differ('ResourceVersion', resourceVersion, metadata.resourceVersion);
      objects.delete(path);
      listener(path, 'DELETED', { ...live, metadata: { ...metadata, resourceVersion: String(++version) } });
    },
  };
}

const UNCONDITIONAL = {
  reason: 'FieldValueInvalid',
  field: 'metadata.resourceVersion',
  message: 'Invalid value: 0: must be specified for an update',
} as const;

const uidMismatch = (uid: string) =>
  `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;

/** What an apply or a patch states of it is a precondition, where the object is there. */
function requireVersion(path: string, live: KubernetesObject | undefined, asked: string | undefined): void {
  if (live && asked !== undefined && asked !== live.metadata.resourceVersion) throw modified(resourceOf(path));
}

/** The status is written by its subresource alone. */
function withStatusOf(next: KubernetesObject, live: KubernetesObject): KubernetesObject {
  const { status: _, ...rest } = next as KubernetesObject & { status?: unknown };
  const { status } = live as KubernetesObject & { status?: unknown };
  return { ...rest, ...(status !== undefined && { status }) };
}

interface Counted extends KubernetesObject {
  readonly spec?: unknown;
  readonly status?: { readonly observedGeneration?: number };
}

/** A generation counts the changes of what is wanted. A controller that has observed all before observes this one at once. */
function withGeneration(next: Counted, live: Counted | undefined): KubernetesObject {
  const { generation } = live?.metadata ?? {};
  const isCounted = live ? generation !== undefined : WITH_GENERATION.includes(next.kind);
  // Those of a Deployment count, since its controller hands them on to ReplicaSets.
  const annotations = (object: Counted | undefined) => object?.kind === 'Deployment' && object.metadata.annotations;
  const isAsBefore = equal(next.spec, live?.spec) && equal(annotations(next), annotations(live));
  if (!isCounted || isAsBefore) return next;
  const counted = { ...next, metadata: { ...next.metadata, generation: (generation ?? 0) + 1 } };
  const isObserved = generation !== undefined && live?.status?.observedGeneration === generation;
  const observed: Counted = { ...counted, status: { ...live?.status, observedGeneration: (generation ?? 0) + 1 } };
  return isObserved ? observed : counted;
}

/** `deployments.apps "shop-blue"`, as the server names an object. */
function resourceOf(path: string): string {
  const [, group = ''] = /^\/apis\/([^/]+)\//.exec(path) ?? [];
  const [plural, name] = path.split('/').slice(-2);
  return `${plural}${group && `.${group}`} "${name}"`;
}
