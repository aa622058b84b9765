import { describe, expect, test } from '@jest/globals';
import { InterruptedError, RefusedError } from '../../../plugin/core/errors.js';
import type { Job, KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { resourcePath } from '../../../plugin/kube/resources.js';
import { execute } from '../../../plugin/operations/execute.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import { inputOf } from '../cluster-objects.js';
import { NAMESPACE } from '../fake-api.js';
import { type FakeRun, fakeRun, GREEN } from '../fake-run.js';
import { configMap, liveObjects, manifestObjects, manifestsOf } from '../manifests.js';
import { ended, jobPath, MIGRATIONS } from '../migrations.js';
import { image, NEW, OLD, policyOf, promote, traffic } from '../promotion.js';

const policy = { ...policyOf(), migrations: MIGRATIONS };
const CONFIG_MAP = resourcePath('ConfigMap', NAMESPACE, 'shop-config');

/** Job of the run, which ends as soon as it was made. */
function ending(run: FakeRun, type: 'Complete' | 'Failed'): FakeRun {
  const { after } = run.api;
  run.api.after = (call) => {
    after(call);
    if (call.verb !== 'create' || !call.path.endsWith('/jobs')) return;
    const job = run.api.at<Job>(jobPath(call.body as Job));
    if (job) run.clock.after(1000, () => run.api.put(ended(job, type, job.metadata.uid)));
  };
  return run;
}

/** A deploy of manifests whose ConfigMap is not in the cluster yet. */
async function deployAll(run: FakeRun) {
  const live = liveObjects(...manifestObjects().filter(({ kind }) => kind !== 'ConfigMap'));
  return execute(run, planDeploy(inputOf({ policy, manifests: manifestsOf(), live })), policy);
}

const touchedGreen = (run: FakeRun) => run.api.calls.filter(({ verb, path }) => path === GREEN && verb !== 'get');

describe('migrations', () => {
  test('come first, and the promotion goes on once they are complete', async () => {
    const run = ending(fakeRun(), 'Complete');
    const result = await promote(run, policy);
    expect(result.error).toBeUndefined();
    expect(result.done.slice(0, 2)).toEqual(['migrate', 'patch']);
    expect(result.steps[0]).toMatchObject({ ran: true, job: expect.stringMatching(/^job\.batch\/shop-migrate-/) });
    expect([traffic(run), image(run)]).toEqual(['green', NEW]);
  });

  test('that fail end the run; the idle color was not touched, so nothing of it is put back', async () => {
    const run = ending(fakeRun(), 'Failed');
    const result = await promote(run, policy);
    expect(result.error).toBeInstanceOf(RefusedError);
    expect(result.failed).toEqual(['migrate']);
    expect([result.active, traffic(run), image(run)]).toEqual(['blue', 'blue', OLD]);
    expect(touchedGreen(run)).toEqual([]);
  });

  test('that fail take with them what was made for them, and leave their own record', async () => {
    const run = ending(fakeRun(), 'Failed');
    expect((await deployAll(run)).error).toBeInstanceOf(RefusedError);
    expect(run.api.at(CONFIG_MAP)).toBeUndefined();
    expect(run.api.calls.filter(({ verb }) => verb === 'delete').map(({ path }) => path)).toEqual([CONFIG_MAP]);
  });

  test('that fail put back what both colors share, which --apply-shared had changed', async () => {
    const run = ending(fakeRun(), 'Failed');
    const [before] = [...liveObjects(configMap('before')).values()];
    run.api.put(before as KubernetesObject);
    const live = liveObjects(...manifestObjects({}).filter(({ kind }) => kind !== 'ConfigMap'), configMap('before'));
    const input = inputOf({ policy, manifests: manifestsOf(), live, intent: { target: {}, applyShared: true } });
    const result = await execute(run, planDeploy(input), policy);
    expect(result.error).toBeInstanceOf(RefusedError);
    expect(run.log).toContain('changed configmap/shop-config serverside-applied');
    expect(run.api.at(CONFIG_MAP)).toMatchObject({ data: { GREETING: 'before' } });
  });

  test('that a signal leaves to finish keep what was made for them', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    run.clock.after(1000, () => stop.abort(new InterruptedError('SIGTERM', 15)));
    const result = await deployAll(run);
    expect(result.error).toMatchObject({ exitCode: 143 });
    expect(result.notPutBack).toEqual([
      {
        object: 'configmap/shop-config',
        why: 'the migrations may still run, and need it',
        command: 'kubectl delete configmap/shop-config --namespace=store',
      },
    ]);
    expect(run.api.at(CONFIG_MAP)).toBeDefined();
    expect(touchedGreen(run)).toEqual([]);
  });
});
