import { APP_LABEL, type Color } from '../../../charts/names.js';
import { change, soonest } from '../../core/change.js';
import type { Pod } from '../../core/kubernetes.js';
import type { Query } from '../../kube/api.js';
import { followCollection } from '../../kube/reconnecting-informer.js';
import { resourcePath } from '../../kube/resources.js';
import { allPodsOf } from '../../plan/state.js';
import type { Run } from '../context.js';
import { followContainer } from './follow-container.js';
import type { LogLine, Source } from './line.js';

export type Tell = (line: LogLine, source: Source) => Promise<void>;

export interface LogRequest {
  readonly colors: readonly Color[];
  readonly containersOf: (pod: Pod) => readonly string[];
  /** How far back logs are read: tailLines, sinceSeconds or sinceTime. */
  readonly since: Query;
}

/**
 * Tells the lines of every Pod of some colors as they come, also of Pods that come later, until the signal.
 *
 * @throws ApiError when the server does not let Pods be watched or their logs be read
 */
export async function followLogs(
  run: Run,
  { colors, containersOf, since }: LogRequest,
  tell: Tell,
  signal: AbortSignal,
): Promise<never> {
  const changed = change();
  const labelled = { labelSelector: `${APP_LABEL}=${run.release}` };
  const pods = await followCollection<Pod>(run.api, resourcePath('Pod', run.namespace), labelled, {
    clock: run.clock,
    signal,
    onChange: changed.tell,
    onLost: (error) =>
      error
        ? run.reporter.warn(`Pods cannot be followed for now: ${error.message}`)
        : run.reporter.info('Pods are followed again'),
  });
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => undefined);

  const following = new Set<string>();
  function follow(color: Color, pod: Pod, container: string, isNew: boolean): void {
    const { name, uid } = pod.metadata;
    if (following.has(`${uid}/${container}`)) return;
    following.add(`${uid}/${container}`);
    const source = { color, pod: name, container };
    const current = () => pods.items().find(({ metadata }) => metadata.uid === uid);
    const followed = { pod: name, container, current, changed, since: isNew ? undefined : since };
    followContainer(run, followed, (line) => tell(line, source), signal).catch(fail);
  }

  for (let isNew = false; ; isNew = true) {
    const next = changed.next();
    for (const color of colors)
      for (const pod of allPodsOf(pods.items(), run.release, color))
        for (const container of containersOf(pod)) follow(color, pod, container, isNew);
    await soonest([next, pods.failed, failed], undefined, run.clock, signal);
  }
}
