/** A request that the plugin sent to the API server. */
export interface Exchange {
  /** Counted from 0 in the order in which they came. */
  readonly number: number;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Empty for a WebSocket. */
  readonly body: string;
  /** Whether its answer has no end of its own: a watch, followed logs, a WebSocket. */
  readonly isStream: boolean;
}

/** `before`: not passed on yet; `after`: the API server has answered, the plugin has no byte of it; `answered`: it has all. */
export type Boundary = 'before' | 'after' | 'answered';

/** What becomes of a request other than being passed on and answered once. */
export type Fault =
  /** Not passed on: answered so. */
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    }
  /** The connection is cut off, or says nothing any more, before the API server has the request or after its answer. */
  | { readonly kind: 'reset' | 'stall'; readonly when: 'before' | 'after' }
  /** Half of the answer's body, though the headers promised all of it as a whole. */
  | { readonly kind: 'truncate' }
  /** Passed on twice, one after the other; the second answer is given. */
  | { readonly kind: 'twice' };

/** What a test does to a run's requests. */
export interface Interference {
  /** Asked once for each request, before it is passed on. */
  fault?(exchange: Exchange): Fault | undefined;
  /** Told at each boundary; the request waits there until it is done. */
  at?(exchange: Exchange, boundary: Boundary): void | Promise<void>;
}

/** The API server's words for a status, as its clients get them. */
export function statusAnswer(status: number, reason: string, headers: Record<string, string> = {}): Fault {
  const body = {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    reason,
    code: status,
    message: `injected ${reason}`,
  };
  return {
    kind: 'answer',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** Requests that differ in no more than names that chance made: such as the Pod of a log. */
export function shapeOf({ method, path }: Exchange): string {
  const [route = '', query = ''] = path.split('?');
  const names = route.replace(/\/namespaces\/[^/]+/, '/namespaces/*').replace(/\/pods\/[^/]+/, '/pods/*');
  return `${method} ${names}${query.includes('watch=true') ? ' (watch)' : ''}`;
}
