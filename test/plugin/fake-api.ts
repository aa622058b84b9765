import { FIELD_MANAGER } from '../../charts/names.js';
import { ApiError } from '../../plugin/core/errors.js';
import type { KubernetesObject, ObjectMeta } from '../../plugin/core/kubernetes.js';
import type { Api, Query, WatchEvent } from '../../plugin/kube/api.js';
import type { Reply } from '../../plugin/kube/http.js';
import { objectPath } from '../../plugin/kube/resources.js';
import { shapeOf } from '../../plugin/plan/fields/shapes.js';
import { appliedBy } from './server/managers.js';
import { objectStore } from './server/store.js';
import { copy } from './server/values.js';
import { update } from './server/write.js';

type Verb = Exclude<keyof Api, 'find' | 'exists' | 'watch'>;

export interface Call {
  readonly verb: Verb;
  readonly path: string;
  readonly body?: unknown;
}

/**
 * An API server in memory. What it holds at first is as this plugin has applied it. Server-side apply, field managers,
 * preconditions, patches and watches are as the real one has them: test/e2e/fake-api.test.ts plays the same on both.
 */
export interface FakeApi extends Api {
  /** Every call in order. */
  readonly calls: Call[];
  /** Called before a call takes effect; what it throws is the answer, and the call has no effect. */
  before: (call: Call) => void;
  /** Called after a call took effect; what it throws is the answer all the same. */
  after: (call: Call) => void;
  /** What a Pod or a Service answers through the API server; by default 200. */
  proxied: (path: string) => Partial<Reply>;
  /** Log text by path. */
  readonly logs: Map<string, string>;
  /** An object as it is now. */
  at<T extends KubernetesObject>(path: string): T | undefined;
  /** Another client creates or overwrites an object, its status included. */
  put(object: KubernetesObject, manager?: string): void;
  /** Another client deletes an object. */
  remove(path: string): void;
}

export const NAMESPACE = 'store';

function selects(object: KubernetesObject, { labelSelector, fieldSelector }: Query): boolean {
  const { metadata } = object;
  const fields = [`metadata.name=${metadata.name}`, `type=${(object as { type?: string }).type}`];
  if (fieldSelector && !fields.includes(fieldSelector)) return false;
  const within = /^(\S+) in \((.*)\)$/.exec(labelSelector ?? '');
  if (within) return (within[2] ?? '').split(',').includes(metadata.labels?.[within[1] ?? ''] ?? '');
  const wanted = (labelSelector ?? '')
    .split(',')
    .filter(Boolean)
    .map((part) => part.split('='));
  return wanted.every(([key, value]) => metadata.labels?.[key ?? ''] === value);
}

export function fakeApi(objects: readonly KubernetesObject[] = []): FakeApi {
  const events: { path: string; event: WatchEvent<KubernetesObject> }[] = [];
  const calls: Call[] = [];
  let wake: () => void = () => undefined;
  let changed = new Promise<void>((resolve) => (wake = resolve));
  const store = objectStore((path, type, object) => {
    events.push({ path, event: { type, object } });
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  });

  const collectionOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
  const manager = FIELD_MANAGER;

  function existing(path: string): KubernetesObject {
    const object = store.objects.get(path);
    if (!object) throw absent(path);
    return object;
  }

  async function call<T>(verb: Verb, path: string, body: unknown, act: () => unknown): Promise<T> {
    const made: Call = { verb, path, ...(body !== undefined && { body: copy(body) }) };
    calls.push(made);
    api.before(made);
    const answer = act();
    api.after(made);
    return copy(answer) as T;
  }

  const api: FakeApi = {
    calls,
    before: () => undefined,
    after: () => undefined,
    proxied: () => ({}),
    logs: new Map(),
    at: <T extends KubernetesObject>(path: string) => store.objects.get(path) as T | undefined,
    put(object, by = 'another-manager') {
      const path = objectPath(object, NAMESPACE);
      const live = store.objects.get(path);
      // Objects of tests that say nothing of managers, such as Pods, are left without.
      const isManaged = (live?.metadata.managedFields ?? object.metadata.managedFields) !== undefined;
      const time = '2026-01-01T00:00:00Z';
      store.save(path, isManaged ? update(live, object, { manager: by, time }) : object);
    },
    remove: (path) => void (store.objects.has(path) && store.delete(path)),

    get: (path) => call('get', path, undefined, () => existing(path)),
    async find<T>(path: string) {
      return await this.get<T>(path).catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return undefined;
        throw error;
      });
    },
    async exists(path) {
      return (await this.find(path)) !== undefined;
    },
    list: (path, query = {}) =>
      call('list', path, undefined, () => {
        const items = [...store.objects].filter(([key]) => collectionOf(key) === path).map(([, object]) => object);
        return {
          metadata: { resourceVersion: String(store.version()) },
          items: items.filter((item) => selects(item, query)),
        };
      }),
    text: (path, query) =>
      call('text', path, query, () => {
        const text = api.logs.get(path);
        if (text === undefined) throw absent(path);
        return text;
      }),
    async *lines(path, query) {
      const text = await call<string>('lines', path, query, () => {
        const found = api.logs.get(path);
        if (found === undefined) throw absent(path);
        return found;
      });
      yield* text.split('\n').filter(Boolean);
    },
    ask: (path, headers) =>
      call('ask', path, headers, () => ({ status: 200, headers: {}, body: '', ...api.proxied(path) })),
    create: (path, object) =>
      call('create', path, object, () => store.create(path, object as KubernetesObject, { manager })),
    apply: (path, object, { dryRun = false, force = true, manager: by = manager } = {}) =>
      call('apply', path, object, () => store.apply(path, object, { manager: by, dryRun, force })),
    patch: (path, patch, { strategic = false, dryRun = false } = {}) =>
      call('patch', path, patch, () => store.patch(path, patch, { manager, strategic, dryRun })),
    replace: (path, object) =>
      call('replace', path, object, () => store.replace(path, object as KubernetesObject, { manager })),
    delete: (path, preconditions) =>
      call('delete', path, preconditions, () => store.delete(path, preconditions as Partial<ObjectMeta>)),
    async *watch<T>(path: string, query: Query, signal: AbortSignal): AsyncIterable<WatchEvent<T>> {
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      const isNew = ({ object }: WatchEvent<KubernetesObject>) =>
        Number(object.metadata.resourceVersion) > Number(query.resourceVersion);
      for (let next = 0; !signal.aborted; ) {
        if (next >= events.length) await Promise.race([changed, aborted]);
        for (; next < events.length && !signal.aborted; next++) {
          const one = events[next];
          if (one && collectionOf(one.path) === path && isNew(one.event) && selects(one.event.object, query))
            yield copy(one.event) as WatchEvent<T>;
        }
      }
    },
  };
  for (const object of objects) store.save(objectPath(object, NAMESPACE), asInstalled(object));
  return api;
}

/** What this plugin has applied, unless the object says by whom it was written. */
function asInstalled(object: KubernetesObject): KubernetesObject {
  const isKnown = shapeOf(object) !== undefined && object.metadata.managedFields === undefined;
  return isKnown ? appliedBy(object, FIELD_MANAGER, '2026-01-01T00:00:00Z') : object;
}

const absent = (path: string) => new ApiError(404, 'NotFound', `"${path.split('/').at(-1)}" not found`);
