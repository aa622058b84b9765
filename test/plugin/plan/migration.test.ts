import { describe, expect, test } from '@jest/globals';
import { selectorLabels } from '../../../charts/names.js';
import { UsageError } from '../../../plugin/core/errors.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import { jobProgress, planMigration, podsOfJob } from '../../../plugin/plan/migration.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import { planRollback } from '../../../plugin/plan/rollback.js';
import { podsOf } from '../../../plugin/plan/state.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { describeStep, summarizeStep } from '../../../plugin/steps/registry.js';
import { inputOf, POLICY } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { liveObjects, manifestDeployment, manifestObjects, manifestsOf } from '../manifests.js';
import { ended, jobOf, jobPod, MIGRATIONS } from '../migrations.js';

const policy = { ...POLICY, migrations: MIGRATIONS };
const kinds = (steps: readonly Step[]) => steps.map((step) => step.kind);
const jobIn = (steps: readonly Step[]) => steps.find((step) => step.kind === 'migrate')?.job;
const imageIn = (steps: readonly Step[]) => jobIn(steps)?.spec.template.spec.containers[0]?.image;
const nameOf = (...args: Parameters<typeof jobOf>) => jobOf(...args).metadata.name;

describe('a plan with migrations', () => {
  test.each([
    ['deploys', planDeploy],
    ['promotes', planPromote],
  ] as const)('that %s runs them before it touches the idle color', (_, planner) => {
    const { steps, undo } = planner(inputOf({ policy, intent: { target: { version: 'v2' } } }));
    expect(kinds(steps).slice(0, 3)).toEqual(['migrate', 'patch', 'wait']);
    expect(jobIn(undo)).toBeUndefined();
    expect(JSON.stringify(undo)).not.toContain('migrate');
  });

  test('makes first what both colors share and the Job may need', () => {
    const live = liveObjects(
      ...manifestObjects({ green: manifestDeployment('green', 'v0') }).filter(({ kind }) => kind !== 'ConfigMap'),
    );
    const { steps } = planDeploy(inputOf({ policy, manifests: manifestsOf(), live }));
    expect(kinds(steps).slice(0, 3)).toEqual(['apply', 'migrate', 'apply']);
    expect(steps[0]).toMatchObject({ objects: [{ kind: 'ConfigMap' }] });
  });

  test('that installs runs them before either Deployment', () => {
    const { active, preview, ...state } = inputOf().state;
    const nothing = { ...state, deployments: { blue: undefined, green: undefined }, pods: [], replicaSets: [] };
    const { steps } = planDeploy(inputOf({ policy, state: nothing, manifests: manifestsOf() }));
    expect(kinds(steps)).toEqual(['apply', 'migrate', 'apply', 'apply', 'wait', 'verify', 'create', 'prove']);
    expect(imageIn(steps)).toBe('registry.example:5000/shop:v1');
  });

  test('that rolls back runs none', () => {
    expect(kinds(planRollback(inputOf({ policy })).steps)).not.toContain('migrate');
  });

  test.each([
    ['--version', { version: 'v7' }, 'registry.example:5000/shop:v7'],
    ['--image', { image: 'other:v8' }, 'other:v8'],
    ['the idle color', {}, 'registry.example:5000/shop:v0'],
  ])('runs them with the image of %s', (_, target, image) => {
    expect(imageIn(planPromote(inputOf({ policy, intent: { target } })).steps)).toBe(image);
  });

  test('runs them with the image of the manifests, where there are some', () => {
    expect(imageIn(planPromote(inputOf({ policy, manifests: manifestsOf() })).steps)).toBe(
      'registry.example:5000/shop:v2',
    );
  });

  test('runs none where the policy has none, or there is nothing to do', () => {
    expect(kinds(planPromote(inputOf()).steps)).not.toContain('migrate');
    expect(planPromote(inputOf({ policy, intent: { target: { version: 'v1' } } })).steps).toEqual([]);
  });

  test('is refused when there is no image', () => {
    expect(() => planMigration(policy, 'shop', undefined)).toThrow(
      failure(UsageError, 'release "shop" has no image that its migrations could be of'),
    );
  });
});

describe('the name of a Job', () => {
  const timed = { ...MIGRATIONS, spec: { ...MIGRATIONS.spec, activeDeadlineSeconds: 5 } };
  const withImage = (image: string) => {
    const { template } = MIGRATIONS.spec;
    const spec = { ...template.spec, containers: [{ name: 'migrate', image }] };
    return { ...MIGRATIONS, spec: { ...MIGRATIONS.spec, template: { ...template, spec } } };
  };

  test('is the same for the same version and template', () => {
    expect(nameOf()).toMatch(/^shop-migrate-[0-9a-f]{10}$/);
    expect(nameOf('shop:v2', structuredClone(MIGRATIONS))).toBe(nameOf());
  });

  test.each([
    ['version', nameOf('shop:v3')],
    ['template', nameOf('shop:v2', timed)],
    ['image of its own', nameOf('shop:v2', withImage('flyway:10'))],
  ])('is another for another %s', (_, other) => {
    expect(other).not.toBe(nameOf());
  });

  test('is another for each version, although the Job has an image of its own', () => {
    const own = withImage('flyway:10');
    expect(jobOf('shop:v3', own).spec.template.spec.containers[0]?.image).toBe('flyway:10');
    expect(nameOf('shop:v3', own)).not.toBe(nameOf('shop:v2', own));
  });

  test('is short enough for a label, and still another for each release', () => {
    const [a, b] = ['a', 'b'].map((end) => nameOf('shop:v2', MIGRATIONS, `${'x'.repeat(53)}${end}`));
    expect(a).toHaveLength(63);
    expect(a).not.toBe(b);
  });
});

test('a step says which Job, of which image, and nothing of what the Job holds', () => {
  const job = jobOf();
  const step: Step = { kind: 'migrate', job };
  expect(describeStep(step)).toBe(`run job.batch/${job.metadata.name} (image shop:v2) once`);
  expect(summarizeStep(step)).toEqual({
    kind: 'migrate',
    description: describeStep(step),
    job: `job.batch/${job.metadata.name}`,
  });
});

describe('Pods of a Job', () => {
  const job = ended(jobOf(), 'Failed');

  test('are of no color', () => {
    const pod = jobPod(job, 'm1');
    expect(pod.metadata.labels).not.toMatchObject(selectorLabels('shop', 'blue'));
    expect([...podsOf([pod], 'shop', 'blue'), ...podsOf([pod], 'shop', 'green')]).toEqual([]);
  });

  test('are not those of an earlier Job of the same name', () => {
    const pods = [jobPod(job, 'm1', { uid: 'uid-before' }), jobPod(job, 'm2')];
    expect(podsOfJob(pods, job).map(({ metadata }) => metadata.name)).toEqual(['m2']);
  });
});

test('the Pods of a Job are given oldest first, as the last one says why it failed', () => {
  const job = ended(jobOf(), 'Failed');
  const at = (creationTimestamp: string, name: string) => {
    const pod = jobPod(job, name);
    return { ...pod, metadata: { ...pod.metadata, creationTimestamp } };
  };
  const pods = [at('2026-01-02T00:00:00Z', 'a'), at('2026-01-01T00:00:00Z', 'b')];
  expect(podsOfJob(pods, job).map(({ metadata }) => metadata.name)).toEqual(['b', 'a']);
});

describe('jobProgress', () => {
  const job = jobOf();
  const { name } = job.metadata;
  const unschedulable = { type: 'PodScheduled', status: 'False', message: '0/3 nodes are available' };
  const pending = jobPod(job, 'm1', { waiting: { reason: 'ContainerCreating' } });

  test('is complete when the Job says so', () => {
    expect(jobProgress(ended(job, 'Complete'), [])).toEqual({ phase: 'complete' });
  });

  test.each([
    ['no Pod', [], 'no Pod yet'],
    ['a Pod that starts', [pending], 'pod "m1" is Pending'],
    [
      'a Pod that fits nowhere',
      [{ ...pending, status: { ...pending.status, conditions: [unschedulable] } }],
      'pod "m1" is Pending: 0/3 nodes are available',
    ],
    ['a Pod', [jobPod(job, 'm1')], 'pod "m1" is Running'],
    ['a Pod after one that failed', [jobPod(job, 'm1', { exitCode: 1 }), jobPod(job, 'm2')], 'pod "m2" is Running'],
  ])('is waiting with %s', (_, pods, what) => {
    expect(jobProgress(job, pods)).toEqual({ phase: 'waiting', message: `job "${name}": ${what}` });
  });

  test.each([
    [
      'the last Pod',
      [jobPod(job, 'm1', { exitCode: 1 }), jobPod(job, 'm2', { exitCode: 3 })],
      'pod "m2" ended with exit code 3',
    ],
    ['the Job, whose Pods are gone', [], 'Job has reached the limit'],
  ])('is failed with the words of %s', (_, pods, why) => {
    const message = `job "${name}" failed: ${why} (BackoffLimitExceeded)`;
    expect(jobProgress(ended(job, 'Failed'), pods)).toEqual({ phase: 'failed', message });
  });

  test('is stuck when its Pod waits for an image that is not there', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'not found' };
    expect(jobProgress(job, [jobPod(job, 'm1', { waiting })])).toEqual({
      phase: 'stuck',
      message: `job "${name}" cannot start: pod "m1", container "migrate": ImagePullBackOff: not found`,
    });
  });
});
