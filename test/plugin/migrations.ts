import type { JobTemplate } from '../../charts/policy.js';
import type { Job, Pod } from '../../plugin/core/kubernetes.js';
import { resourcePath } from '../../plugin/kube/resources.js';
import { planMigration } from '../../plugin/plan/migration.js';
import { POLICY } from './cluster-objects.js';
import { NAMESPACE } from './fake-api.js';

/** Builders of the migrations of release shop, and of what a Job controller makes of them. */

const LABELS = { app: 'shop', 'kubectl-bluegreen.dev/role': 'migrations' };

export const MIGRATIONS: JobTemplate = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { labels: LABELS },
  spec: {
    backoffLimit: 0,
    activeDeadlineSeconds: 600,
    template: { metadata: { labels: LABELS }, spec: { containers: [{ name: 'migrate' }] } },
  },
};

export function jobOf(image = 'shop:v2', migrations = MIGRATIONS, release = 'shop'): Job {
  const [step] = planMigration({ ...POLICY, migrations }, release, image);
  if (step?.kind !== 'migrate') throw new Error('no Job is planned');
  return step.job;
}

export const jobPath = (job: Job) => resourcePath('Job', NAMESPACE, job.metadata.name);

/** A Job as it is once it has ended. */
export function ended(job: Job, type: 'Complete' | 'Failed', uid = `uid-${job.metadata.name}`): Job {
  const why = type === 'Failed' ? { reason: 'BackoffLimitExceeded', message: 'Job has reached the limit' } : {};
  return {
    ...job,
    metadata: { ...job.metadata, uid },
    status: {
      conditions: [
        { type: 'Suspended', status: 'False' },
        { type, status: 'True', ...why },
      ],
      ...(type === 'Complete' && { completionTime: '2026-01-02T03:04:05Z' }),
    },
  };
}

interface JobPodOptions {
  readonly exitCode?: number;
  readonly waiting?: { reason: string; message?: string };
  readonly uid?: string | undefined;
}

/** The Pod of a Job: running, unless it says otherwise. */
export function jobPod(job: Job, name: string, { exitCode, waiting, uid }: JobPodOptions = {}): Pod {
  const state = waiting ? { waiting } : exitCode === undefined ? { running: {} } : { terminated: { exitCode } };
  const owner = { kind: 'Job', name: job.metadata.name, uid: uid ?? job.metadata.uid ?? '' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { ...LABELS, 'job-name': job.metadata.name }, ownerReferences: [owner] },
    spec: { containers: [{ name: 'migrate' }] },
    status: {
      phase: waiting ? 'Pending' : exitCode === undefined ? 'Running' : exitCode === 0 ? 'Succeeded' : 'Failed',
      containerStatuses: [{ name: 'migrate', ready: false, restartCount: 0, state }],
    },
  };
}
