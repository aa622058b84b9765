import { describe, expect, test } from '@jest/globals';
import { migrations } from '../../../../../plugin/commands/doctor/examinations/migrations.js';
import type { Job, Pod } from '../../../../../plugin/core/kubernetes.js';
import { POLICY } from '../../../cluster-objects.js';
import { factsOf, ownedPod, waiting } from '../facts.js';

const job = (name: string, created: string, status: Job['status'] = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, uid: `uid-${name}`, creationTimestamp: created },
  spec: { template: { spec: { containers: [{ name: 'migrations', image: 'shop:v2' }] } } },
  status,
});
const failed = {
  conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'too often' }],
};
const complete = { conditions: [{ type: 'Complete', status: 'True' }] };
const podOf = (name: string, more = {}): Pod => {
  const pod = ownedPod('green', `${name}-x`, more);
  return { ...pod, metadata: { ...pod.metadata, ownerReferences: [{ kind: 'Job', name, uid: `uid-${name}` }] } };
};

describe('migrations', () => {
  test('that completed last are no finding, whatever failed before', () => {
    const jobs = [job('new', '2026-01-02T00:00:00Z', complete), job('old', '2026-01-01T00:00:00Z', failed)];
    expect(migrations.examine(factsOf({ jobs }))).toEqual([]);
    expect(migrations.examine(factsOf())).toEqual([]);
  });

  test('that failed are run again by a deploy of their version, and show their log', () => {
    const facts = factsOf({
      jobs: [job('m', '2026-01-02T00:00:00Z', failed)],
      jobPods: [podOf('m')],
      logs: new Map([['m-x', ['no table']]]),
    });
    expect(migrations.examine(facts)).toEqual([
      expect.objectContaining({
        id: 'migration-failed',
        severity: 'problem',
        affects: 'promotion',
        fix: 'kubectl bluegreen deploy shop --image=shop:v2 -n store --context=prod',
        evidence: ['m-x: no table'],
      }),
    ]);
  });

  test('that have an image of their own do not say of which version they are', () => {
    const template = { spec: { template: { spec: { containers: [{ name: 'm', image: 'migrator:1' }] } } } };
    const policy = { ...POLICY, migrations: template as unknown as NonNullable<typeof POLICY.migrations> };
    const facts = factsOf({ policy, jobs: [job('m', '2026-01-02T00:00:00Z', failed)] });
    expect(migrations.examine(facts)[0]?.fix).toBe('kubectl delete job/m -n store --context=prod');
  });

  test('that cannot start would start later, with nobody to see to it', () => {
    const facts = factsOf({
      jobs: [job('m', '2026-01-02T00:00:00Z')],
      jobPods: [podOf('m', waiting('ImagePullBackOff'))],
    });
    expect(migrations.examine(facts)[0]).toMatchObject({
      id: 'migration-stuck',
      fix: 'kubectl delete job/m -n store --context=prod',
    });
  });
});
