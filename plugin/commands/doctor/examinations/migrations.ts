import { COLORS } from '../../../../charts/names.js';
import type { Job } from '../../../core/kubernetes.js';
import { compareText } from '../../../core/text.js';
import { jobProgress, podsOfJob } from '../../../plan/migration.js';
import type { Examination, Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, kubectl } from '../remedies.js';

/** The migrations Job that was made last: earlier ones are the record of what was done. */
export const migrations: Examination = {
  id: 'migrations',
  what: 'the last migrations Job did not fail and is not stuck',
  needs: ['jobs'],
  examine: (facts) => {
    const created = ({ metadata }: Job) => metadata.creationTimestamp ?? '';
    const last = facts.jobs.toSorted((a, b) => compareText(created(a), created(b))).at(-1);
    return last ? judge(facts, last) : [];
  },
};

function judge(facts: Facts, job: Job): Finding[] {
  const { name } = job.metadata;
  const pods = podsOfJob(facts.jobPods, job);
  const progress = jobProgress(job, pods);
  const common = {
    severity: 'problem',
    affects: 'promotion',
    object: `job.batch/${name}`,
    evidence: pods.flatMap(({ metadata }) =>
      (facts.logs.get(metadata.name) ?? []).map((line) => `${metadata.name}: ${line}`),
    ),
  } as const;
  if (progress.phase === 'failed')
    return [
      {
        ...common,
        id: 'migration-failed',
        what: progress.message,
        why: 'the version it belongs to was not deployed; the next deploy of it runs it again',
        fix: rerun(facts, job),
      },
    ];
  if (progress.phase !== 'stuck') return [];
  return [
    {
      ...common,
      id: 'migration-stuck',
      what: progress.message,
      why: 'it cannot start (an image or a ConfigMap is missing), and might run unattended later',
      fix: kubectl(facts, 'delete', `job/${name}`),
    },
  ];
}

function rerun(facts: Facts, job: Job): string {
  const migrations = COLORS.flatMap((color) => facts.policies[color].migrations?.spec.template.spec.containers ?? []);
  const ownImage = migrations.some(({ image }) => image !== undefined);
  const [container] = job.spec.template.spec.containers;
  // Migrations with an image of their own do not say which version they belong to.
  if (ownImage || !container?.image) return kubectl(facts, 'delete', `job/${job.metadata.name}`);
  return bluegreen(facts, 'deploy', `--image=${container.image}`);
}
