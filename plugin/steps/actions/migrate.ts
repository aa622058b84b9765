import { backoff } from '../../core/backoff.js';
import { isTransient, RefusedError } from '../../core/errors.js';
import { JOB_NAME_LABEL, type Job, type Pod } from '../../core/kubernetes.js';
import { followCollection } from '../../kube/reconnecting-informer.js';
import { objectPath, resourcePath } from '../../kube/resources.js';
import { isComplete, jobEnd, jobProgress, podsOfJob } from '../../plan/migration.js';
import { objectName } from '../../plan/steps.js';
import type { Run } from '../../run/context.js';
import { followEarlier } from '../../run/earlier-pods.js';
import { tellLoss } from '../../run/tell-loss.js';
import { type JobLogs, jobLogs } from './job-logs.js';

/** Between attempts to read what is left of a Job that has ended. */
const [FIRST_PAUSE_MS, LONGEST_PAUSE_MS] = [500, 10_000];

/**
 * Runs a Job to its end, once: one of its name that is complete is not run again, one that failed is replaced, and one
 * that runs is waited for.
 *
 * A run that ends before the Job does, by a signal or because the cluster is out of reach, leaves it to finish.
 *
 * @returns whether it was run, or waited for
 * @throws RefusedError when the Job failed or cannot start, with the last lines of its log
 */
export async function runMigration(run: Run, wanted: Job): Promise<{ ran: boolean }> {
  const existing = await run.api.find<Job>(objectPath(wanted, run.namespace));
  if (existing && isComplete(existing)) {
    run.reporter.info(`it completed at ${existing.status?.completionTime ?? 'an earlier time'}: not run again`);
    return { ran: false };
  }
  const job = await start(run, wanted, existing);
  const done = new AbortController();
  try {
    await follow(run, job, AbortSignal.any([run.signal, done.signal]));
    return { ran: true };
  } catch (error) {
    if (!(error instanceof RefusedError))
      run.reporter.warn(`${objectName(job)} is left to finish: the same command waits for it, or runs it if it failed`);
    throw error;
  } finally {
    done.abort();
  }
}

async function start(run: Run, wanted: Job, existing: Job | undefined): Promise<Job> {
  if (existing && !jobEnd(existing)) {
    run.reporter.info('it is running already: waiting for it');
    return existing;
  }
  if (existing) await remove(run, existing);
  const job = await run.api.create<Job>(resourcePath('Job', run.namespace), wanted);
  run.reporter.changed(objectName(wanted), 'created');
  return job;
}

async function remove(run: Run, job: Job): Promise<void> {
  const { uid } = job.metadata;
  await run.api.delete(objectPath(job, run.namespace), uid === undefined ? undefined : { uid });
  run.reporter.changed(objectName(job), 'deleted');
}

async function follow(run: Run, { metadata, spec }: Job, signal: AbortSignal): Promise<void> {
  let wake: () => void = () => undefined;
  const following = { signal, onChange: () => wake(), clock: run.clock, onLost: tellLoss(run, 'wait for the Job') };
  const named = { fieldSelector: `metadata.name=${metadata.name}` };
  const labelled = { labelSelector: `${JOB_NAME_LABEL}=${metadata.name}` };
  const [jobs, pods] = await Promise.all([
    followCollection<Job>(run.api, resourcePath('Job', run.namespace), named, following),
    followCollection<Pod>(run.api, resourcePath('Pod', run.namespace), labelled, following),
  ]);
  const earlier = followEarlier(run, pods.items, following.onChange, signal);
  const logs = jobLogs(run, spec.template.spec.containers[0]?.name ?? '', signal);
  let told = '';
  for (;;) {
    run.signal.throwIfAborted();
    const changed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const job = jobs.items().find(({ metadata: { uid } }) => uid === metadata.uid);
    if (!job) throw new RefusedError(`job "${metadata.name}" was deleted meanwhile`);
    const own = podsOfJob(pods.items(), job);
    logs.follow(own);
    earlier.see(own);
    const progress = jobProgress(job, own, run.earlier);
    if (progress.phase === 'waiting') {
      if (progress.message !== told) run.reporter.info(progress.message);
      told = progress.message;
      await Promise.race([changed, jobs.failed, pods.failed]);
      continue;
    }
    if (progress.phase === 'stuck') {
      // It would start later, unattended.
      await remove(run, job);
      throw new RefusedError(progress.message);
    }
    return await end(run, job, logs, labelled);
  }
}

/** A Job's end may be seen before that of its Pods. */
async function end(run: Run, job: Job, logs: JobLogs, labelled: { labelSelector: string }): Promise<void> {
  const items = await listPods(run, labelled);
  const own = podsOfJob(items, job);
  logs.follow(own);
  await logs.settled();
  const progress = jobProgress(job, own);
  if (progress.phase !== 'failed') return run.reporter.info(`${objectName(job)} is complete`);
  throw new RefusedError([progress.message, ...logs.last.map((line) => `  ${line}`)].join('\n'));
}

/** The Job has ended: what it did must not be given up because the server is away at this moment. */
async function listPods(run: Run, labelled: { labelSelector: string }): Promise<readonly Pod[]> {
  const pauses = backoff(run.clock, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
  for (;;) {
    try {
      return (await run.api.list<Pod>(resourcePath('Pod', run.namespace), labelled)).items;
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await pauses.pause(run.signal);
  }
}
