import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../../plugin/core/errors.js';
import type { KubernetesObject, Service } from '../../../../plugin/core/kubernetes.js';
import { readHistory } from '../../../../plugin/plan/history.js';
import { pointPreview } from '../../../../plugin/traffic/record.js';
import { keepSwitched, type Switched } from '../../../../plugin/traffic/selector/keep-switched.js';
import { switchTraffic } from '../../../../plugin/traffic/selector/switch.js';
import { service } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { ACTIVE, type FakeRun, fakeRun, GREEN, PREVIEW } from '../../fake-run.js';
import { edit, REQUEST, recorded, selected } from '../../switching.js';

const FLUX = 'kustomize-controller';
const SWITCHED: Switched = {
  service: 'shop-active',
  from: 'blue',
  to: 'green',
  tool: 'Flux',
  preview: 'shop-preview',
  recheck: async () => undefined,
};

/** What Flux applies when it has read a Service before the switch, and git names the color that traffic leaves. */
async function apply(run: FakeRun, path: string, name: string, color: 'blue' | 'green'): Promise<void> {
  const { apiVersion, kind, spec } = service(name, color);
  const object = { apiVersion, kind, metadata: { name }, spec };
  await run.api.apply<KubernetesObject>(path, object, { manager: FLUX });
}
const takeBack = (run: FakeRun) => apply(run, ACTIVE, 'shop-active', 'blue');

/** A run that has switched a release which Flux applies. */
async function switchedRun(): Promise<FakeRun> {
  const run = fakeRun();
  await takeBack(run);
  await apply(run, PREVIEW, 'shop-preview', 'green');
  await switchTraffic(run, REQUEST);
  await pointPreview(run, 'shop-preview', 'blue');
  return run;
}

describe('a switch that a tool was at work during', () => {
  test('is made again when the tool took it back, with the color looked at once more', async () => {
    const run = await switchedRun();
    const record = recorded(run);
    const before = run.api.at<KubernetesObject>(GREEN)?.metadata.annotations;
    const seen: string[] = [];
    run.clock.after(50, () => void takeBack(run));
    const recheck = async (live: Service) => void seen.push(live.spec.selector?.version ?? '');
    expect(await keepSwitched(run, { ...SWITCHED, recheck })).toBe(1);
    expect(selected(run)).toEqual({ app: 'shop', version: 'green' });
    expect(seen).toEqual(['blue']);
    expect(recorded(run)).toEqual(record);
    expect(readHistory(run.api.at<Service>(ACTIVE)).entries.filter(({ id }) => id === 'op-2')).toHaveLength(1);
    expect(run.api.at<KubernetesObject>(GREEN)?.metadata.annotations).not.toEqual(before);
    expect(run.log).toContain(
      'warn Flux was at work during the switch, and has taken it back: moving traffic to green again',
    );
  });

  test('is looked at for two seconds, and left as it is where it stays', async () => {
    const run = await switchedRun();
    run.api.calls.length = 0;
    const started = run.clock.now();
    expect(await keepSwitched(run, SWITCHED)).toBe(0);
    expect(run.clock.now() - started).toBe(2000);
    expect(run.api.calls.every(({ verb }) => verb === 'get')).toBe(true);
  });

  test('is given up when the tool takes it back each time', async () => {
    const run = await switchedRun();
    for (let at = 50; at < 20_000; at += 100) run.clock.after(at, () => void takeBack(run));
    expect(await keepSwitched(run, SWITCHED)).toBe(5);
    expect(selected(run)).toMatchObject({ version: 'blue' });
  });

  test('is not fought for against a person who switches with this plugin, or one who edits by hand', async () => {
    const ways: ((run: FakeRun) => unknown)[] = [
      (run) =>
        switchTraffic(
          { ...run, operationId: 'op-3' },
          { ...REQUEST, from: 'green', to: 'blue', guard: { uid: 'uid-shop-active', lastOperationId: 'op-2' } },
        ),
      (run) => edit(run, (live) => ({ spec: { ...live.spec, selector: { app: 'other' } } })),
    ];
    for (const way of ways) {
      const run = await switchedRun();
      run.clock.after(50, () => void way(run));
      expect(await keepSwitched(run, SWITCHED)).toBe(0);
      expect(selected(run)).not.toMatchObject({ version: 'green' });
    }
  });

  test('is not made again to a color that is not ready for it any more', async () => {
    const run = await switchedRun();
    run.clock.after(50, () => void takeBack(run));
    const recheck = () => Promise.reject(new RefusedError('0 of 2 Pods are ready'));
    await expect(keepSwitched(run, { ...SWITCHED, recheck })).rejects.toThrow(
      failure(RefusedError, '0 of 2 Pods are ready'),
    );
    expect(selected(run)).toMatchObject({ version: 'blue' });
  });

  test('keeps the preview off the color with traffic as well', async () => {
    const run = await switchedRun();
    run.clock.after(50, () => void apply(run, PREVIEW, 'shop-preview', 'green'));
    await keepSwitched(run, SWITCHED);
    expect(run.api.at<Service>(PREVIEW)?.spec.selector?.version).toBe('blue');
  });
});
