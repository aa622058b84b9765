import type { Api, Query, WatchEvent } from '../../plugin/edges/api.js';
import type { Reply } from '../../plugin/edges/http.js';
import { ApiError } from '../../plugin/errors.js';
import type { KubernetesObject, ObjectMeta } from '../../plugin/kubernetes.js';
import { objectPath } from '../../plugin/resources.js';

type Verb = Exclude<keyof Api, 'find' | 'exists' | 'watch'>;

export interface Call {
  readonly verb: Verb;
  readonly path: string;
  readonly body?: unknown;
}

/** An API server in memory: optimistic concurrency, merge patches and watches as the real one has them. */
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
  /** Somebody else creates or overwrites an object. */
  put(object: KubernetesObject): void;
  /** Somebody else deletes an object. */
  remove(path: string): void;
}

export const NAMESPACE = 'store';

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @see https://www.rfc-editor.org/rfc/rfc7386; lists of named items, $retainKeys and $patch as in a strategic merge patch */
export function merge(target: unknown, patch: unknown): unknown {
  if (Array.isArray(patch) && Array.isArray(target) && isMap(patch[0]) && 'name' in patch[0])
    return target.map((item) => merge(item, patch.find((one) => one.name === item.name) ?? {}));
  if (!isMap(patch)) return patch;
  const { $retainKeys, $patch, ...fields } = patch;
  if ($patch === 'replace') return fields;
  const keeps = ([key]: [string, unknown]) => !Array.isArray($retainKeys) || $retainKeys.includes(key);
  const result = Object.fromEntries(Object.entries(isMap(target) ? target : {}).filter(keeps));
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}

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
  const store = new Map<string, KubernetesObject>();
  const events: { path: string; event: WatchEvent<KubernetesObject> }[] = [];
  const calls: Call[] = [];
  let version = 1000;
  let wake: () => void = () => undefined;
  let changed = new Promise<void>((resolve) => (wake = resolve));

  function tell(path: string, type: WatchEvent<unknown>['type'], object: KubernetesObject): void {
    events.push({ path, event: { type, object: structuredClone(object) } });
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  }

  function save(path: string, object: KubernetesObject): KubernetesObject {
    const before = store.get(path);
    const uid = before?.metadata.uid ?? object.metadata.uid ?? `uid-made-${version}`;
    const saved = structuredClone({
      ...object,
      metadata: { ...object.metadata, uid, resourceVersion: String(++version) },
    });
    store.set(path, saved);
    tell(path, before ? 'MODIFIED' : 'ADDED', saved);
    return saved;
  }

  function erase(path: string): void {
    const gone = store.get(path);
    store.delete(path);
    if (gone) tell(path, 'DELETED', { ...gone, metadata: { ...gone.metadata, resourceVersion: String(++version) } });
  }

  const collectionOf = (path: string) => path.slice(0, path.lastIndexOf('/'));
  const nameOf = (path: string) => path.split('/').at(-1);
  const fail = (status: number, reason: string, message: string) => new ApiError(status, reason, message);

  function existing(path: string, asked?: Partial<ObjectMeta>): KubernetesObject {
    const object = store.get(path);
    if (!object) throw fail(404, 'NotFound', `"${nameOf(path)}" not found`);
    const { uid, resourceVersion } = object.metadata;
    if (asked?.uid !== undefined && asked.uid !== uid) throw fail(409, 'Conflict', `uid is ${uid}, want ${asked.uid}`);
    if (asked?.resourceVersion !== undefined && asked.resourceVersion !== resourceVersion)
      throw fail(409, 'Conflict', `resourceVersion is ${resourceVersion}, want ${asked.resourceVersion}`);
    return object;
  }

  async function call<T>(verb: Verb, path: string, body: unknown, act: () => unknown): Promise<T> {
    const made: Call = { verb, path, ...(body !== undefined && { body: structuredClone(body) }) };
    calls.push(made);
    api.before(made);
    const answer = act();
    api.after(made);
    return structuredClone(answer) as T;
  }

  const api: FakeApi = {
    calls,
    before: () => undefined,
    after: () => undefined,
    proxied: () => ({}),
    logs: new Map(),
    at: <T extends KubernetesObject>(path: string) => store.get(path) as T | undefined,
    put: (object) => void save(objectPath(object, NAMESPACE), object),
    remove: erase,

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
        const items = [...store].filter(([key]) => collectionOf(key) === path).map(([, object]) => object);
        return {
          metadata: { resourceVersion: String(version) },
          items: items.filter((item) => selects(item, query)),
        };
      }),
    text: (path, query) =>
      call('text', path, query, () => {
        const text = api.logs.get(path);
        if (text === undefined) throw fail(404, 'NotFound', `"${path}" not found`);
        return text;
      }),
    async *lines(path, query) {
      const text = await call<string>('lines', path, query, () => {
        const found = api.logs.get(path);
        if (found === undefined) throw fail(404, 'NotFound', `"${path}" not found`);
        return found;
      });
      yield* text.split('\n').filter(Boolean);
    },
    ask: (path, headers) =>
      call('ask', path, headers, () => ({ status: 200, headers: {}, body: '', ...api.proxied(path) })),
    create: (path, object) =>
      call('create', path, object, () => {
        const own = `${path}/${(object as unknown as KubernetesObject).metadata.name}`;
        if (store.has(own)) throw fail(409, 'AlreadyExists', `"${nameOf(own)}" already exists`);
        return save(own, object as unknown as KubernetesObject);
      }),
    apply: (path, object) =>
      call('apply', path, object, () => save(path, merge(store.get(path), object) as KubernetesObject)),
    patch: (path, patch) =>
      call('patch', path, patch, () => {
        const own = path.replace(/\/scale$/, '');
        return save(
          own,
          merge(existing(own, (patch as Partial<KubernetesObject>).metadata), patch) as KubernetesObject,
        );
      }),
    replace: (path, object) =>
      call('replace', path, object, () => {
        existing(path, (object as unknown as KubernetesObject).metadata);
        return save(path, object as unknown as KubernetesObject);
      }),
    delete: (path, preconditions) =>
      call('delete', path, preconditions, () => {
        existing(path, preconditions as Partial<ObjectMeta>);
        erase(path);
      }),
    async *watch<T>(path: string, query: Query, signal: AbortSignal): AsyncIterable<WatchEvent<T>> {
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      const isNew = ({ object }: WatchEvent<KubernetesObject>) =>
        Number(object.metadata.resourceVersion) > Number(query.resourceVersion);
      for (let next = 0; !signal.aborted; ) {
        if (next >= events.length) await Promise.race([changed, aborted]);
        for (; next < events.length && !signal.aborted; next++) {
          const one = events[next];
          if (one && collectionOf(one.path) === path && isNew(one.event) && selects(one.event.object, query))
            yield structuredClone(one.event) as WatchEvent<T>;
        }
      }
    },
  };
  for (const object of objects) api.put(object);
  return api;
}
