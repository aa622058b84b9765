import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Got, got, RequestError, type Response, TimeoutError } from 'got';
import { ApiError, UnreachableError } from '../errors.js';
import type { KubernetesObject, List } from '../kubernetes.js';
import { readLines } from './lines.js';

export type Query = Readonly<Record<string, string>>;

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: T;
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
  list<T>(path: string, query?: Query): Promise<List<T>>;
  text(path: string, query?: Query): Promise<string>;
  /** Each line of a text as soon as it is there, until the text ends or the signal; a line of more than 1 MiB is cut. */
  lines(path: string, query: Query, signal: AbortSignal): AsyncIterable<string>;
  create<T>(path: string, object: T): Promise<T>;
  /** Server-side apply: @see https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  apply<T extends KubernetesObject>(path: string, object: T, options?: { dryRun?: boolean }): Promise<T>;
  /** An object is sent as a JSON merge patch (RFC 7386), an array as a JSON patch (RFC 6902). Never repeated. */
  patch<T>(path: string, patch: object, options?: { strategic?: boolean }): Promise<T>;
  /** Overwrites an object; refused when it has another uid by now. */
  replace<T>(path: string, object: T): Promise<T>;
  delete(path: string, preconditions?: { uid?: string; resourceVersion?: string | undefined }): Promise<void>;
  watch<T>(path: string, query: Query, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

export const FIELD_MANAGER = 'kubectl-bluegreen';

/**
 * @param root - what a path is appended to: `unix:SOCKET:` or `http://HOST:PORT/PREFIX`
 * @param timeoutMs - for one request, until its last byte
 */
export function connectApi(root: string, timeoutMs: number): Api {
  const agent = new Agent({ keepAlive: true });
  const client = got.extend({
    enableUnixSockets: true,
    // kubectl proxy answers only to names of this machine.
    headers: { host: 'localhost' },
    agent: { http: agent },
    throwHttpErrors: false,
    followRedirect: false,
    timeout: { request: timeoutMs },
    // got repeats a request to a unix socket at a host of that name; reads are repeated below.
    retry: { limit: 0 },
  });
  const url = (path: string, query?: Query) => `${root}${path}${query ? `?${new URLSearchParams(query)}` : ''}`;
  const managed = { fieldManager: FIELD_MANAGER };

  async function send<T>(request: Promise<Response<string>>): Promise<T> {
    const response = await answer(request, timeoutMs);
    return JSON.parse(response.body) as T;
  }
  const json = (body: object, type = 'application/json') => ({
    body: JSON.stringify(body),
    headers: { 'content-type': type },
  });

  return {
    get: (path) => send(repeatRead(() => client.get(url(path)))),
    find(path) {
      return absentAsUndefined(this.get(path));
    },
    async exists(path) {
      const headers = { accept: METADATA_ONLY };
      const found = await absentAsUndefined(send(repeatRead(() => client.get(url(path), { headers }))));
      return found !== undefined;
    },
    list: async (path, query) => withKinds(await send(repeatRead(() => client.get(url(path, query))))),
    text: async (path, query) => (await answer(client.get(url(path, query)), timeoutMs)).body,
    lines: (path, query, signal) => lines(client, url(path, query), signal, MAX_LINE_LENGTH),
    create: (path, object) => send(client.post(url(path, managed), json(object as object))),
    apply: (path, object, options) =>
      send(
        client.patch(
          url(path, { ...managed, force: 'true', ...(options?.dryRun && { dryRun: 'All' }) }),
          json(object, 'application/apply-patch+yaml'),
        ),
      ),
    patch: (path, patch, options) => send(client.patch(url(path, managed), json(patch, patchType(patch, options)))),
    replace: (path, object) => send(client.put(url(path, managed), json(object as object))),
    async delete(path, preconditions) {
      const body = { propagationPolicy: 'Background', ...(preconditions && { preconditions }) };
      await answer(client.delete(url(path), json(body)), timeoutMs);
    },
    watch: (path, query, signal) => watch(client, url(path, { ...query, watch: 'true' }), signal),
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

function patchType(patch: object, options?: { strategic?: boolean }): string {
  if (Array.isArray(patch)) return 'application/json-patch+json';
  return options?.strategic ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
}

/** A line may have no end; watches are not cut, since half an event is none. */
const MAX_LINE_LENGTH = 2 ** 20;

const READ_ATTEMPTS = 3;
const READ_PAUSE_MS = 200;
const MAX_RETRY_AFTER_MS = 5000;

/** Reads may be repeated: after a connection that broke, and when the server asks to come back later. */
async function repeatRead(read: () => Promise<Response<string>>): Promise<Response<string>> {
  for (let attempt = 1; ; attempt++) {
    let pauseMs = READ_PAUSE_MS * attempt;
    try {
      const response = await read();
      const isBusy = response.statusCode === 429 || response.statusCode === 503;
      if (!isBusy || attempt >= READ_ATTEMPTS) return response;
      const retryAfterMs = Number(response.headers['retry-after'] ?? 0) * 1000 || 0;
      pauseMs = Math.min(Math.max(pauseMs, retryAfterMs), MAX_RETRY_AFTER_MS);
    } catch (error) {
      if (!(error instanceof RequestError) || error instanceof TimeoutError || attempt >= READ_ATTEMPTS) throw error;
    }
    await sleep(pauseMs);
  }
}

async function answer(request: Promise<Response<string>>, timeoutMs: number): Promise<Response<string>> {
  let response: Response<string>;
  try {
    response = await request;
  } catch (cause) {
    if (cause instanceof TimeoutError)
      throw new UnreachableError(`no answer from the server in ${timeoutMs / 1000}s`, { cause });
    if (cause instanceof RequestError)
      throw new UnreachableError(`the connection to the server broke: ${cause.message}`, { cause });
    throw cause;
  }
  if (response.statusCode < 400) return response;
  throw failure(response.statusCode, response.body);
}

function failure(status: number, body: string): Error {
  try {
    const { kind, reason, message } = JSON.parse(body) as { kind?: string; reason?: string; message?: string };
    if (kind === 'Status') return new ApiError(status, reason || `HTTP ${status}`, message || `HTTP ${status}`);
  } catch {
    // Not a Status: the words of kubectl proxy itself, which could not reach the server.
  }
  return new UnreachableError(`unable to reach the server: ${body.trim().slice(0, 500) || `HTTP ${status}`}`);
}

async function* watch<T>(client: Got, url: string, signal: AbortSignal): AsyncIterable<WatchEvent<T>> {
  for await (const line of lines(client, url, signal)) yield JSON.parse(line) as WatchEvent<T>;
}

async function* lines(client: Got, url: string, signal: AbortSignal, maxLength?: number): AsyncIterable<string> {
  const stream = client.stream(url, { timeout: { request: undefined }, retry: { limit: 0 }, signal });
  try {
    for await (const line of readLines(stream, maxLength)) {
      const { statusCode = 0 } = stream.response ?? {};
      if (statusCode >= 400) throw failure(statusCode, line);
      yield line;
    }
    const { statusCode = 0 } = stream.response ?? {};
    if (statusCode >= 400) throw failure(statusCode, '');
  } catch (cause) {
    if (signal.aborted) return;
    if (cause instanceof RequestError)
      throw new UnreachableError(`the connection of a stream broke: ${cause.message}`, { cause });
    throw cause;
  } finally {
    stream.destroy();
  }
}
