import { describe, expect, test } from '@jest/globals';
import { ApiError, LostRaceError } from '../../../../plugin/core/errors.js';
import type { Deployment, KubernetesObject, Service } from '../../../../plugin/core/kubernetes.js';
import { hashOfTemplate } from '../../../../plugin/plan/identity.js';
import { lastOperation } from '../../../../plugin/plan/operation.js';
import {
  applyObjects,
  createServices,
  deleteObjects,
  patchDeployment,
  scaleDeployment,
} from '../../../../plugin/steps/actions/objects.js';
import { undoStep } from '../../../../plugin/steps/actions/put-back.js';
import { deployment, stateOf } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { fakeApi } from '../../fake-api.js';
import { ACTIVE, type FakeRun, fakeRun, GREEN, PREVIEW } from '../../fake-run.js';
import { configMap, manifestDeployment, manifestService } from '../../manifests.js';
import { IDLE } from '../../switching.js';

const calls = (run: FakeRun) => run.api.calls.map(({ verb, path }) => `${verb} ${path.split('/').slice(-2).join('/')}`);
const green = (run: FakeRun) => run.api.at<Deployment>(GREEN)?.spec;
const emptyRun = () => fakeRun({ api: fakeApi() });

describe('applyObjects', () => {
  test('applies a Deployment after what its Pods need', async () => {
    const run = emptyRun();
    await applyObjects(run, [manifestDeployment('green', 'v2'), configMap('hello')], undefined);
    expect(calls(run)).toEqual([
      'get services/shop-active',
      'get configmaps/shop-config',
      'apply configmaps/shop-config',
      'get deployments/shop-green',
      'get services/shop-active',
      'apply deployments/shop-green',
    ]);
    expect(run.log).toEqual([
      'changed configmap/shop-config serverside-applied',
      'changed deployment.apps/shop-green serverside-applied',
    ]);
  });

  test('does not apply the Deployment when what it needs was refused', async () => {
    const run = emptyRun();
    run.api.before = ({ path }) => {
      if (path.includes('configmaps')) throw new ApiError(403, 'Forbidden', 'no');
    };
    await expect(applyObjects(run, [manifestDeployment('green', 'v2'), configMap('hello')], undefined)).rejects.toThrow(
      'Forbidden',
    );
    expect(run.api.at(GREEN)).toBeUndefined();
  });
});

describe('patchDeployment', () => {
  test('changes the image of one container and nothing else', async () => {
    const containers = [
      { name: 'proxy', image: 'proxy:v1' },
      { name: 'shop', image: 'shop:v0' },
    ];
    const before = deployment('green', 'v0', { template: { spec: { containers } } });
    const run = fakeRun({ state: stateOf({ deployments: { blue: undefined, green: before } }) });
    await patchDeployment(run, 'shop-green', { image: { container: 'shop', image: 'shop:v2' } }, IDLE);
    expect(green(run)).toEqual({
      ...before.spec,
      template: { spec: { containers: [containers[0], { name: 'shop', image: 'shop:v2' }] } },
    });
    expect(run.log).toEqual(['changed deployment.apps/shop-green patched']);
  });

  test('takes 0 replicas for a number of replicas', async () => {
    const run = fakeRun();
    await patchDeployment(run, 'shop-green', { replicas: 0 }, IDLE);
    expect(green(run)?.replicas).toBe(0);
  });

  test('replaces the strategy as a whole: the server would refuse what is left of another type', async () => {
    const run = fakeRun();
    await patchDeployment(run, 'shop-green', { strategy: { type: 'Recreate' } }, IDLE);
    expect(green(run)?.strategy).toEqual({ type: 'Recreate' });
  });
});

test('patchDeployment puts the template of a revision in place of the whole one', async () => {
  const run = fakeRun();
  const template = {
    metadata: { labels: { app: 'shop', version: 'green' } },
    spec: { containers: [{ name: 'shop', image: 'shop:v7' }] },
  };
  await patchDeployment(run, 'shop-green', { revision: { number: 3, template }, replicas: 4 }, IDLE);
  expect(green(run)).toMatchObject({ replicas: 4, strategy: { type: 'RollingUpdate' } });
  expect(green(run)?.template).toEqual(template);
});

test('scaleDeployment sets the replicas as a manager of its own, so that an apply that leaves them out keeps them', async () => {
  const run = fakeRun();
  await scaleDeployment(run, 'shop-green', 5, IDLE);
  expect(run.api.calls.at(-1)).toMatchObject({ verb: 'apply', path: GREEN, body: { spec: { replicas: 5 } } });
  expect(green(run)?.replicas).toBe(5);
  const { replicas: _, ...spec } = manifestDeployment('green', 'v2').spec;
  await applyObjects(run, [{ ...manifestDeployment('green', 'v2'), spec } as Deployment], IDLE);
  expect(green(run)?.replicas).toBe(5);
});

describe('createServices', () => {
  const services = [manifestService('shop-active', 'blue'), manifestService('shop-preview', 'green')];

  test('creates the active Service with a record of who installed the release', async () => {
    const run = emptyRun();
    const { template } = manifestDeployment('blue', 'v1').spec;
    run.templates.set('blue', JSON.stringify(template));
    await createServices(run, services);
    expect(lastOperation(run.api.at(ACTIVE))).toMatchObject({
      template: hashOfTemplate(template),
      id: 'op-2',
      kind: 'deploy',
      from: 'blue',
      to: 'blue',
      by: 'grace@laptop',
      outcome: 'installed',
    });
    expect(run.api.at(PREVIEW)?.metadata.annotations).toBeUndefined();
    expect(run.log).toEqual(['changed service/shop-active created', 'changed service/shop-preview created']);
  });

  test('leaves a Service that appeared meanwhile as it is: it may carry traffic', async () => {
    const run = emptyRun();
    run.api.put(manifestService('shop-active', 'green'));
    await expect(createServices(run, services)).rejects.toThrow(
      failure(LostRaceError, 'service "shop-active" was created by another run meanwhile'),
    );
    expect(run.api.at<Service>(ACTIVE)?.spec.selector).toMatchObject({ version: 'green' });
    expect(run.api.at(PREVIEW)).toBeUndefined();
  });

  test('passes on any other refusal', async () => {
    const run = emptyRun();
    run.api.before = () => {
      throw new ApiError(403, 'Forbidden', 'no');
    };
    await expect(createServices(run, services)).rejects.toThrow('Error from server (Forbidden): no');
  });
});

describe('undo', () => {
  test('puts a Deployment back as it was observed', async () => {
    const before = deployment('green', 'v0');
    const run = fakeRun();
    await patchDeployment(run, 'shop-green', { image: { container: 'shop', image: 'shop:v2' }, replicas: 9 }, IDLE);
    await undoStep(run, { kind: 'restore', objects: [before] }, IDLE);
    expect(green(run)).toEqual(before.spec);
    expect(run.log.at(-1)).toBe('changed deployment.apps/shop-green restored');
  });

  test('does not overwrite one that was made anew meanwhile', async () => {
    const run = fakeRun();
    run.api.remove(GREEN);
    const anew = deployment('green', 'v5');
    run.api.put({ ...anew, metadata: { ...anew.metadata, uid: 'uid-anew' } });
    await undoStep(run, { kind: 'restore', objects: [deployment('green', 'v0')] }, IDLE);
    expect(JSON.stringify(green(run))).toContain('shop:v5');
  });
});

describe('a release that somebody else has installed meanwhile', () => {
  test.each([
    ['applied', (run: FakeRun) => applyObjects(run, [manifestDeployment('green', 'v2')], undefined)],
    ['put back', (run: FakeRun) => undoStep(run, { kind: 'restore', objects: [deployment('green', 'v9')] }, undefined)],
    ['deleted', (run: FakeRun) => deleteObjects(run, [manifestDeployment('green', 'v2')], undefined)],
  ])('is not %s', async (_, act) => {
    const run = fakeRun();
    const before = green(run);
    await expect(act(run)).rejects.toThrow(
      failure(LostRaceError, 'service "shop-active" was created by another run meanwhile'),
    );
    expect(green(run)).toEqual(before);
  });
});

describe('deleteObjects', () => {
  test('deletes what is there and passes over what is not', async () => {
    const run = emptyRun();
    run.api.put(manifestDeployment('green', 'v2'));
    const objects: KubernetesObject[] = [configMap('hello'), manifestDeployment('green', 'v2')];
    await deleteObjects(run, objects, undefined);
    expect(run.api.at(GREEN)).toBeUndefined();
    expect(run.log).toEqual(['changed deployment.apps/shop-green deleted']);
  });

  test('passes on a refusal', async () => {
    const run = fakeRun();
    run.api.before = () => {
      throw new ApiError(403, 'Forbidden', 'no');
    };
    await expect(deleteObjects(run, [manifestDeployment('green', 'v2')], IDLE)).rejects.toThrow('Forbidden');
  });
});
