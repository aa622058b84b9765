import type { StatusDetails } from '../../../plugin/core/errors.js';
import { ApiError } from '../../../plugin/core/errors.js';
import type { KubernetesObject, ManagedFields } from '../../../plugin/core/kubernetes.js';
import { connectHttp } from '../../../plugin/kube/http.js';
import { objectStore, type Store } from '../../plugin/server/store.js';

/** One request, as the real API server and the fake one get it. */
export type Move =
  | {
      readonly verb: 'apply';
      readonly manager: string;
      readonly force: boolean;
      readonly dryRun?: boolean;
      readonly object: KubernetesObject;
    }
  | {
      readonly verb: 'merge' | 'strategic' | 'json';
      readonly manager: string;
      readonly patch: object;
      readonly scale?: boolean;
    }
  | {
      readonly verb: 'replace';
      readonly manager: string;
      readonly change: (live: KubernetesObject) => KubernetesObject;
    };

/** What came of it. */
export interface Answer {
  readonly status: number;
  readonly reason?: string;
  readonly fields?: readonly string[];
  readonly object?: KubernetesObject;
}

export interface Server {
  play(path: string, move: Move): Promise<Answer>;
  read(path: string): Promise<KubernetesObject | undefined>;
}

const TYPES = {
  apply: 'application/apply-patch+yaml',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
};

export function realServer(root: string): Server {
  const http = connectHttp(root, 30_000, () => 'twins');
  const read = async (path: string) => {
    const { status, body } = await http.send(path);
    return status === 404 ? undefined : (JSON.parse(body) as KubernetesObject);
  };
  async function play(path: string, move: Move, attempts = 10): Promise<Answer> {
    const query = new URLSearchParams({ fieldManager: move.manager });
    if (move.verb === 'apply') query.set('force', String(move.force));
    if (move.verb === 'apply' && move.dryRun) query.set('dryRun', 'All');
    const sent = await bodyOf(path, move, read);
    const url = `${path}${isScale(move) ? '/scale' : ''}?${query}`;
    const method = move.verb === 'replace' ? 'PUT' : 'PATCH';
    const type = move.verb === 'replace' ? 'application/json' : TYPES[move.verb];
    const { status, body } = await http.send(url, {
      method,
      body: JSON.stringify(sent),
      headers: { 'content-type': type },
    });
    const answer = JSON.parse(body) as KubernetesObject & { reason?: string; details?: StatusDetails };
    if (status < 400) return { status: 200, object: answer };
    // A controller wrote the status between reading and replacing.
    if (status === 409 && move.verb === 'replace' && attempts > 1) return await play(path, move, attempts - 1);
    return refusal(status, answer.reason ?? '', answer.details);
  }
  return { read, play };
}

export function fakeServer(store: Store = objectStore(() => undefined)): Server {
  const read = async (path: string) => store.objects.get(path);
  return {
    read,
    async play(path, move) {
      const { manager } = move;
      try {
        const body = await bodyOf(path, move, read);
        if (move.verb === 'replace') return done(store.replace(path, body as KubernetesObject, { manager }));
        if (move.verb === 'apply') {
          const { force, dryRun = false } = move;
          return done(store.apply(path, body as KubernetesObject, { manager, force, dryRun }));
        }
        const url = `${path}${isScale(move) ? '/scale' : ''}`;
        return done(store.patch(url, body, { manager, strategic: move.verb === 'strategic' }));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return refusal(error.status, error.reason.startsWith('HTTP') ? '' : error.reason, error.details);
      }
    },
  };
}

const isScale = (move: Move) => 'scale' in move && move.scale === true;
const done = (object: KubernetesObject): Answer => ({ status: 200, object });

/** An object of its own that is replaced is read first; one that is not there is written all the same. */
async function bodyOf(path: string, move: Move, read: Server['read']): Promise<object> {
  if (move.verb === 'apply') return move.object;
  if (move.verb !== 'replace') return move.patch;
  return move.change((await read(path)) ?? nothing(path));
}

const nothing = (path: string): KubernetesObject => ({
  apiVersion: path.includes('/deployments/') ? 'apps/v1' : 'v1',
  kind: path.includes('/deployments/') ? 'Deployment' : 'Service',
  metadata: { name: path.split('/').at(-1) ?? '' },
});

function refusal(status: number, reason: string, details: StatusDetails | undefined): Answer {
  const causes = (details?.causes ?? []).map(({ field = '', reason: why = '' }) => `${why} ${field}`);
  return { status, reason, fields: [...new Set(causes)].sort() };
}

/** The managers of an object but those of its status. */
export const managersOf = ({ metadata }: KubernetesObject): ManagedFields[] =>
  (metadata.managedFields ?? []).filter(({ subresource }) => subresource !== 'status');
