import { APP_LABEL, COLOR_LABEL, type Color, deploymentName } from '../../../../charts/names.js';
import { ApiError } from '../../../core/errors.js';
import type { Deployment, Event, Pod, ReplicaSet } from '../../../core/kubernetes.js';
import type { Informer } from '../../../kube/informer.js';
import { type Following, followCollection } from '../../../kube/reconnecting-informer.js';
import { resourcePath } from '../../../kube/resources.js';
import { countEvents, findWarning, type Watched } from '../../../plan/events.js';
import type { Run } from '../../../run/context.js';

export interface EventWatch {
  /** A Warning about the color that came since the watch began, in words. */
  find(current: readonly Pod[]): string | undefined;
  /** Rejects when events can no longer be followed, also when the server is back; never resolves. */
  readonly failed: Promise<never>;
  /** Resolves as soon as they are followed, in case the server was out of reach. */
  caughtUp(): Promise<void>;
}

const NEVER = new Promise<never>(() => undefined);
const BLIND: EventWatch = { find: () => undefined, failed: NEVER, caughtUp: () => Promise.resolve() };

/**
 * Follows the Warning events of a namespace, which many may not read: without that right it warns once and finds nothing.
 *
 * They are read from the core API group, where the ClusterRole `view` has them too.
 */
export async function watchEvents(
  run: Run,
  color: Color,
  ignoredReasons: readonly string[],
  pods: () => readonly Pod[],
  following: Following,
): Promise<EventWatch> {
  try {
    const path = resourcePath('Event', run.namespace);
    const [informer, owners] = await Promise.all([
      followCollection<Event>(run.api, path, { fieldSelector: 'type=Warning' }, following),
      ownersOf(run, color),
    ]);
    const counts = countEvents(informer.items());
    const watched: Watched = { pods: pods(), owners, counts, ignoredReasons };
    let isBlind = false;
    const failed = unlessForbidden(informer, () => {
      isBlind = true;
      warn(run);
    });
    failed.catch(() => undefined);
    const find = (current: readonly Pod[]) => (isBlind ? undefined : findWarning(informer.items(), current, watched));
    return { find, failed, caughtUp: () => (isBlind ? Promise.resolve() : informer.caughtUp()) };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    warn(run);
    return BLIND;
  }
}

async function ownersOf(run: Run, color: Color): Promise<ReadonlySet<string>> {
  const labelSelector = `${APP_LABEL}=${run.release},${COLOR_LABEL}=${color}`;
  const [deployment, { items }] = await Promise.all([
    run.api.get<Deployment>(resourcePath('Deployment', run.namespace, deploymentName(run.release, color))),
    run.api.list<ReplicaSet>(resourcePath('ReplicaSet', run.namespace), { labelSelector }),
  ]);
  return new Set([deployment, ...items].flatMap(({ metadata }) => metadata.uid ?? []));
}

async function unlessForbidden({ failed }: Informer<Event>, onForbidden: () => void): Promise<never> {
  try {
    return await failed;
  } catch (error) {
    if (!isForbidden(error)) throw error;
    onForbidden();
    return NEVER;
  }
}

const isForbidden = (error: unknown) => error instanceof ApiError && error.status === 403;

const warn = ({ reporter, namespace }: Run) =>
  reporter.warn(
    `events of namespace "${namespace}" may not be read, so the watch goes on without them: ` +
      'it would need the verbs list and watch for events',
  );
