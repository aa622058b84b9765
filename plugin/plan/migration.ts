import { createHash } from 'node:crypto';
import type { Policy } from '../../charts/policy.js';
import { UsageError } from '../core/errors.js';
import type { Condition, Job, Pod } from '../core/kubernetes.js';
import { compareText } from '../core/text.js';
import { earlierFailures, waitingForTry } from './pod-failure.js';
import { podFailure } from './rollout.js';
import type { Step } from './steps.js';

const MAX_NAME_LENGTH = 63;
const HASH_LENGTH = 10;

/** The Job that must have run before a version is deployed; nothing for a release without migrations. */
export function planMigration({ migrations }: Policy, release: string, image: string | undefined): Step[] {
  if (!migrations) return [];
  if (image === undefined) throw new UsageError(`release "${release}" has no image that its migrations could be of`);
  const { template } = migrations.spec;
  const containers = template.spec.containers.map((container) => ({ ...container, image: container.image ?? image }));
  const spec = { ...migrations.spec, template: { ...template, spec: { ...template.spec, containers } } };
  const metadata = { name: migrationName(release, image, spec), ...migrations.metadata };
  return [{ kind: 'migrate', job: { ...migrations, metadata, spec } as Job }];
}

/** A name for each version and what is run for it: a Job of that name that is done need not be run again. */
function migrationName(release: string, image: string, spec: object): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([release, image, spec]))
    .digest('hex')
    .slice(0, HASH_LENGTH);
  const suffix = `-migrate-${hash}`;
  return `${release.slice(0, MAX_NAME_LENGTH - suffix.length)}${suffix}`;
}

/** How a Job ended; undefined while it has not. */
export function jobEnd(job: Job): Condition | undefined {
  return job.status?.conditions?.find(({ type, status }) => status === 'True' && /^(Complete|Failed)$/.test(type));
}

export const isComplete = (job: Job): boolean => jobEnd(job)?.type === 'Complete';

/** The Pods that a Job made, oldest first: those of an earlier one of its name may still be there. */
export function podsOfJob(pods: readonly Pod[], job: Job): Pod[] {
  const created = ({ metadata }: Pod) => metadata.creationTimestamp ?? '';
  return pods
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid))
    .sort((a, b) => compareText(created(a), created(b)));
}

export type JobProgress =
  | { readonly phase: 'complete' }
  | { readonly phase: 'waiting'; readonly message: string }
  | { readonly phase: 'failed'; readonly message: string }
  /** It cannot start: an image or a ConfigMap is missing. */
  | { readonly phase: 'stuck'; readonly message: string };

/**
 * @param earlier - what stood before the run began: a Job that an earlier run has left is not judged by its old words
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
 */
export function jobProgress(job: Job, pods: readonly Pod[], earlier?: ReadonlySet<string>): JobProgress {
  const name = `job "${job.metadata.name}"`;
  const end = jobEnd(job);
  if (end?.type === 'Complete') return { phase: 'complete' };
  if (end) return { phase: 'failed', message: `${name} failed: ${failedPod(pods) ?? end.message} (${end.reason})` };
  const stuck = podFailure(pods, earlier);
  if (stuck) return { phase: 'stuck', message: `${name} cannot start: ${stuck.message}` };
  const [hanging] = earlierFailures(pods, earlier);
  return { phase: 'waiting', message: `${name}: ${hanging ? waitingForTry(hanging) : whatPodsDo(pods)}` };
}

function failedPod(pods: readonly Pod[]): string | undefined {
  for (const { metadata, status } of pods.toReversed())
    for (const { state } of status?.containerStatuses ?? [])
      if (state?.terminated && state.terminated.exitCode !== 0)
        return `pod "${metadata.name}" ended with exit code ${state.terminated.exitCode}`;
  return undefined;
}

function whatPodsDo(pods: readonly Pod[]): string {
  const last = pods.at(-1);
  if (!last) return 'no Pod yet';
  const blocked = last.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  return `pod "${last.metadata.name}" is ${last.status?.phase ?? 'Pending'}${blocked?.message ? `: ${blocked.message}` : ''}`;
}
