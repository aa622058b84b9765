import { FIELD_MANAGER, PLUGIN } from '../../charts/names.js';
import { ApiError, type StatusDetails, UnreachableError } from '../core/errors.js';
import type { KubernetesObject, List } from '../core/kubernetes.js';
import { readLines } from '../core/lines.js';
import { ConnectionError, connectHttp, type Http, type Message, type Reply, TimeoutError } from './http.js';
import { repeatReads, type ServerContact } from './repeat.js';

export type Query = Readonly<Record<string, string>>;

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T;
}

/** How new a list has to be. */
export interface ListOptions {
  /**
   * No older than the last list of the same path on this connection, where there was one, so that the API server answers
   * from its cache at once; without it, as new as the moment, for which the cache may first have to hear from etcd: up to
   * 100 ms.
   *
   * @see https://github.com/kubernetes/enhancements/tree/master/keps/sig-api-machinery/2340-Consistent-reads-from-cache
   */
  readonly monotonic?: boolean;
}

export interface ApplyOptions {
  /** Nothing is written; the answer is what would be. */
  readonly dryRun?: boolean;
  /** Take over fields that other managers own with other values; true by default. */
  readonly force?: boolean;
  readonly manager?: string;
}

export interface PatchOptions {
  readonly strategic?: boolean;
  readonly dryRun?: boolean;
}

/**
 * The Kubernetes API by path, JSON in and out.
 *
 * Every method throws ApiError with the server's own words when it refuses, and UnreachableError when no answer came.
 */
export interface Api {
  get<T>(path: string): Promise<T>;
  /** The object, or undefined for NotFound alone: a failed call is never taken for an absent object. */
  find<T>(path: string): Promise<T | undefined>;
  /** Whether an object is there, without its content. */
  exists(path: string): Promise<boolean>;
  list<T>(path: string, query?: Query, options?: ListOptions): Promise<List<T>>;
  text(path: string, query?: Query): Promise<string>;
  /** Each line of a text as soon as it is there, until the text ends or the signal; a line of more than 1 MiB is cut. */
  lines(path: string, query: Query, signal: AbortSignal): AsyncIterable<string>;
  /**
   * Asks a Pod or a Service through the API server, which connects to it by itself: any status is an answer, the server's
   * own included (see plan/proxy-answer.ts). Never repeated.
   *
   * @throws UnreachableError when no whole answer came in time
   */
  ask(path: string, headers: Readonly<Record<string, string>>, timeoutMs: number): Promise<Reply>;
  create<T>(path: string, object: T): Promise<T>;
  /** Server-side apply: @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  apply<T extends KubernetesObject>(path: string, object: T, options?: ApplyOptions): Promise<T>;
  /** An object is sent as a JSON merge patch (RFC 7386), an array as a JSON patch (RFC 6902). Never repeated. */
  patch<T>(path: string, patch: object, options?: PatchOptions): Promise<T>;
  /** Overwrites an object; refused when it has another uid by now. */
  replace<T>(path: string, object: T): Promise<T>;
  delete(path: string, preconditions?: { uid?: string; resourceVersion?: string | undefined }): Promise<void>;
  watch<T>(path: string, query: Query, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/**
 * @param root - what a path is appended to: `unix:SOCKET:` or `http://HOST:PORT/PREFIX`
 * @param timeoutMs - for one request, until its last byte
 * @param agent - the User-Agent of a request, at the time when it is sent
 */
export function connectApi(root: string, timeoutMs: number, agent = () => PLUGIN): Api {
  const http = connectHttp(root, timeoutMs, agent);
  const server: ServerContact = { hasAnswered: false };
  const repeatRead = repeatReads(timeoutMs, server);
  const managed = { fieldManager: FIELD_MANAGER };
  /** The resourceVersion of the last list of a path. */
  const listed = new Map<string, string>();

  const read = (path: string, headers?: Message['headers']) =>
    answer(
      repeatRead(() => http.send(path, { headers })),
      timeoutMs,
    );
  const write = (method: string, path: string, object: object, type = 'application/json') =>
    answer(http.send(path, { method, body: JSON.stringify(object), headers: { 'content-type': type } }), timeoutMs);

  async function parsed<T>(reply: Promise<Reply>): Promise<T> {
    const { body } = await reply;
    server.hasAnswered = true;
    return JSON.parse(body) as T;
  }

  return {
    get: (path) => parsed(read(path)),
    find(path) {
      return absentAsUndefined(this.get(path));
    },
    async exists(path) {
      return (await absentAsUndefined(parsed(read(path, { accept: METADATA_ONLY })))) !== undefined;
    },
    async list<T>(path: string, query?: Query, { monotonic = false }: ListOptions = {}) {
      const known = monotonic ? listed.get(path) : undefined;
      const notOlder = known && { resourceVersion: known, resourceVersionMatch: 'NotOlderThan' };
      const asked = (more?: Query) => parsed<List<T>>(read(withQuery(path, { ...query, ...more })));
      const list = notOlder ? await asked(notOlder).catch(unlessBehind(() => asked())) : await asked();
      if (list.metadata?.resourceVersion) listed.set(path, list.metadata.resourceVersion);
      return withKinds(list);
    },
    // A text is read once: that of a Pod that is gone is not waited for.
    text: async (path, query) => (await answer(http.send(withQuery(path, query)), timeoutMs)).body,
    lines: (path, query, signal) => lines(http, withQuery(path, query), signal, MAX_LINE_LENGTH),
    ask: (path, headers, timeoutMs) =>
      inTime(http.send(path, { headers, timeoutMs, maxBytes: MAX_PROXIED_BYTES }), timeoutMs),
    create: (path, object) => parsed(write('POST', withQuery(path, managed), object as object)),
    apply(path, object, options) {
      const { dryRun, force = true, manager = FIELD_MANAGER } = options ?? {};
      const query = { fieldManager: manager, force: String(force), ...(dryRun && { dryRun: 'All' }) };
      return parsed(write('PATCH', withQuery(path, query), object, 'application/apply-patch+yaml'));
    },
    patch(path, patch, options) {
      const query = { ...managed, ...(options?.dryRun && { dryRun: 'All' }) };
      return parsed(write('PATCH', withQuery(path, query), patch, patchType(patch, options)));
    },
    replace: (path, object) => parsed(write('PUT', withQuery(path, managed), object as object)),
    async delete(path, preconditions) {
      await write('DELETE', path, { propagationPolicy: 'Background', ...(preconditions && { preconditions }) });
    },
    watch: (path, query, signal) => watch(http, withQuery(path, { ...query, watch: 'true' }), signal),
  };
}

function withQuery(path: string, query: Query = {}): string {
  const parameters = String(new URLSearchParams(query));
  return parameters ? `${path}?${parameters}` : path;
}

/** Another API server may not have heard yet of what the one before has told, and says so after some seconds. */
function unlessBehind<T>(otherwise: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (error instanceof ApiError && error.status === 504) return otherwise();
    throw error;
  };
}

async function absentAsUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** The items of a list leave out what the list says once: their kind. */
function withKinds<T>(list: List<T> & { apiVersion?: string; kind?: string }): List<T> {
  const { apiVersion, kind } = list;
  if (!apiVersion || !kind?.endsWith('List')) return list;
  const common = { apiVersion, kind: kind.slice(0, -'List'.length) };
  return { ...list, items: list.items.map((item) => ({ ...common, ...item })) };
}

function patchType(patch: object, options?: PatchOptions): string {
  if (Array.isArray(patch)) return 'application/json-patch+json';
  return options?.strategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
}

/** A line may have no end; watches are not cut, since half an event is none. */
const MAX_LINE_LENGTH = 2 ** 20;

/** As much of a Pod's answer as a check of metrics reads. */
const MAX_PROXIED_BYTES = 2 ** 24;

async function answer(reply: Promise<Reply>, timeoutMs: number): Promise<Reply> {
  const answered = await inTime(reply, timeoutMs);
  if (answered.status < 400) return answered;
  throw failure(answered.status, answered.body);
}

async function inTime(reply: Promise<Reply>, timeoutMs: number): Promise<Reply> {
  try {
    return await reply;
  } catch (cause) {
    if (cause instanceof TimeoutError)
      throw new UnreachableError(`no answer from the server in ${timeoutMs / 1000}s`, { cause });
    if (cause instanceof ConnectionError)
      throw new UnreachableError(`the connection to the server broke: ${cause.message}`, { cause });
    throw cause;
  }
}

interface Status {
  readonly kind?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

function failure(status: number, body: string): Error {
  try {
    const { kind, reason, message, details } = JSON.parse(body) as Status;
    if (kind === 'Status')
      return new ApiError(status, reason || `HTTP ${status}`, message || `HTTP ${status}`, details);
  } catch {
    // Not a Status: the words of kubectl proxy itself, which could not reach the server.
  }
  return new UnreachableError(`unable to reach the server: ${body.trim().slice(0, 500) || `HTTP ${status}`}`);
}

async function* watch<T>(http: Http, path: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>> {
  for await (const line of lines(http, path, signal)) yield JSON.parse(line) as WatchEvent<T>;
}

async function* lines(http: Http, path: string, signal: AbortSignal, maxLength?: number): AsyncIterable<string> {
  try {
    const stream = await http.open(path, signal);
    const { statusCode: status = 0 } = stream;
    // Leaving the loop ends the stream.
    for await (const line of readLines(stream, maxLength)) {
      if (status >= 400) throw failure(status, line);
      yield line;
    }
    if (status >= 400) throw failure(status, '');
  } catch (cause) {
    if (signal.aborted) return;
    if (cause instanceof ApiError || cause instanceof UnreachableError) throw cause;
    throw new UnreachableError(`the connection of a stream broke: ${(cause as Error).message}`, { cause });
  }
}
