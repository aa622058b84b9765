import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../../plugin/core/errors.js';
import type { KubernetesObject, Service } from '../../../../plugin/core/kubernetes.js';
import { pointPreview } from '../../../../plugin/traffic/record.js';
import { switchTraffic } from '../../../../plugin/traffic/selector/switch.js';
import { service } from '../../cluster-objects.js';
import { ACTIVE, type FakeRun, fakeRun, PREVIEW } from '../../fake-run.js';
import { REQUEST, selected } from '../../switching.js';

const FLUX = 'kustomize-controller';

/** A run on a release whose two Services of traffic another tool has applied. */
async function appliedBy(manager: string): Promise<FakeRun> {
  const run = fakeRun();
  for (const [path, name, color] of [
    [ACTIVE, 'shop-active', 'blue'],
    [PREVIEW, 'shop-preview', 'green'],
  ] as const) {
    const { apiVersion, kind, spec } = service(name, color);
    const object = { apiVersion, kind, metadata: { name, labels: { team: 'shop' } }, spec };
    await run.api.apply<KubernetesObject>(path, object, { manager });
  }
  run.api.calls.length = 0;
  return run;
}

/** Who has applied the selector of a Service. */
const appliers = (run: FakeRun, path: string) =>
  (run.api.at<Service>(path)?.metadata.managedFields ?? [])
    .filter(({ operation, fieldsV1 }) => operation === 'Apply' && JSON.stringify(fieldsV1).includes('f:selector'))
    .map(({ manager }) => manager);
const writes = (run: FakeRun, path: string) =>
  run.api.calls.filter((call) => call.path === path && ['patch', 'apply'].includes(call.verb)).map(({ verb }) => verb);

describe('the selector of a Service that another tool applies', () => {
  test('is applied by the switch, so that the tool can see whose it is', async () => {
    const run = await appliedBy(FLUX);
    await switchTraffic(run, REQUEST);
    expect(selected(run)).toEqual({ app: 'shop', version: 'green' });
    expect(appliers(run, ACTIVE)).toEqual(['bluegreen']);
    expect(writes(run, ACTIVE)).not.toContain('patch');
    expect(run.api.at<Service>(ACTIVE)?.metadata.labels).toMatchObject({ team: 'shop' });
  });

  test('stays where a tool moves it that leaves out what another manager has applied', async () => {
    const run = await appliedBy(FLUX);
    await switchTraffic(run, REQUEST);
    const { apiVersion, kind } = service('shop-active', 'blue');
    const without = { apiVersion, kind, metadata: { name: 'shop-active', labels: { team: 'other' } }, spec: {} };
    await run.api.apply<KubernetesObject>(ACTIVE, without, { manager: FLUX });
    expect(selected(run)).toEqual({ app: 'shop', version: 'green' });
    expect(run.api.at<Service>(ACTIVE)?.metadata.labels).toEqual(expect.objectContaining({ team: 'other' }));
  });

  test('is moved in the state that was read and in no later one', async () => {
    const run = await appliedBy(FLUX);
    let raced = 0;
    run.api.before = ({ verb, path }) => {
      if (verb !== 'apply' || path !== ACTIVE || raced++ > 0) return;
      throw new ApiError(409, 'Conflict', 'the object has been modified');
    };
    await switchTraffic(run, REQUEST);
    expect(selected(run)).toMatchObject({ version: 'green' });
    expect(raced).toBeGreaterThan(1);
  });

  test('of the preview is applied too', async () => {
    const run = await appliedBy(FLUX);
    await switchTraffic(run, REQUEST);
    await pointPreview(run, 'shop-preview', 'blue');
    expect(run.api.at<Service>(PREVIEW)?.spec.selector?.version).toBe('blue');
    expect(appliers(run, PREVIEW)).toEqual(['bluegreen']);
  });

  test('is patched where nobody else applies the Service', async () => {
    const run = fakeRun();
    await switchTraffic(run, REQUEST);
    await pointPreview(run, 'shop-preview', 'blue');
    expect([writes(run, ACTIVE), writes(run, PREVIEW)]).toEqual([['patch'], ['patch']]);
  });
});
