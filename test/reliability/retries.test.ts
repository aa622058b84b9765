import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Pod } from '../../plugin/core/kubernetes.js';
import { getJson, kubectl, kubectlWith, type Result } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { bindPromoter, grant, RULES } from '../e2e/support/rules.js';
import { until } from '../e2e/support/until.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(300_000);

const figure = { tried: 0, held: 0 };

afterAll(() => {
  const promise =
    'A run after one that failed is not refused by the words of the Pods from before: it passes once the cause is gone';
  recordFigure('retries', { place: 4, promise, ...figure, unit: 'retries' });
});

/** Both colors read FAULTS from a Secret, and green lacks one at first. */
const FAULTS = { secretKeyRef: { name: 'faults', key: 'value' } };
const MISSING = { secretKeyRef: { name: 'late', key: 'value' } };

let release: TestRelease;

const secret = (name: string, value: string) =>
  kubectlWith(
    {
      input: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: release.namespace },
        stringData: { value },
      }),
    },
    'apply',
    '-f',
    '-',
  );
const podsOf = async (color: string) =>
  (await getJson<{ items: Pod[] }>('pods', '-n', release.namespace, '-l', `version=${color}`)).items;
const waitsWith = (reason: string) => async () =>
  (await podsOf('green')).some(({ status }) =>
    [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].some(
      ({ state }) => state?.waiting?.reason === reason,
    ),
  );
const deploy = (...args: string[]) =>
  release.bluegreen('deploy', ['--check-retries=5', '--check-interval=1s', ...args]);

function expectRefused({ exitCode, stderr }: Result, words: string): void {
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining(words) });
}

/** The idle color as a run that was killed leaves it: applied, and its Pods cannot start. */
async function leaveKilled(): Promise<void> {
  const file = `${release.dist}/shop-green.k8s.yaml`;
  await kubectl('apply', '--server-side', '--force-conflicts', '-n', release.namespace, '-f', file);
  await until(waitsWith('CreateContainerConfigError'));
}

async function expectHeld(retry: () => Promise<Result>): Promise<Result> {
  figure.tried += 1;
  const result = await retry();
  expect(result).toExitWith(0);
  figure.held += 1;
  return result;
}

/** An init container of green that needs a Secret which is not there. */
async function addInitContainer(): Promise<void> {
  const init = { name: 'init', image: 'engine-ops:v0.1.0', command: ['/bin/sleep', '0'] };
  const initContainers = [{ ...init, env: [{ name: 'LATE', valueFrom: MISSING }] }];
  const patch = { spec: { template: { spec: { initContainers } } } };
  await kubectl('patch', 'deployment', 'shop-green', '-n', release.namespace, '-p', JSON.stringify(patch));
}

describe('a retry', () => {
  beforeEach(async () => {
    release = await createRelease('retries', { replicas: 2 });
    await secret('faults', '');
  });
  afterEach(() => release?.remove());

  const specWith = (more: object) => release.synth({ env: { PORT: '3000', FAULTS }, ...more });
  const install = async () => {
    specWith({});
    await release.install();
  };

  test('passes once containers that crashed have what they need, minutes before their back-off ends', async () => {
    await install();
    await secret('faults', 'process=exit:1');
    const failed = await deploy('-f', release.dist, '--version=v0.2.0');
    expectRefused(failed, 'CrashLoopBackOff: it ended with exit code 1');
    await secret('faults', '');
    const { stdout } = await expectHeld(() => deploy('-f', release.dist, '--version=v0.2.0'));
    expect(stdout).toMatch(/^pod\/shop-green-\S+ deleted$/m);
  });

  test('waits for the kubelet where Pods may not be deleted, also of an init container', async () => {
    await install();
    await grant(release.namespace, RULES);
    const as = await bindPromoter(release.namespace);
    await addInitContainer();
    expectRefused(await deploy('--version=v0.2.0', as), 'container "init": CreateContainerConfigError');
    expect(await waitsWith('CreateContainerConfigError')()).toBe(true);
    await secret('late', 'x');
    const { stderr, stdout } = await expectHeld(() => deploy('--version=v0.2.0', as));
    expect(stderr).toMatch(/container "init": CreateContainerConfigError: .*: this stood before the run; waiting for/);
    expect(stderr).toContain('pods that failed before the run are left to their kubelet');
    expect(stdout).not.toContain('pod/');
  });

  test('passes where a Secret of another container was missing, and the Pods were left as they are', async () => {
    await install();
    specWith({ env: { PORT: '3000', FAULTS, LATE: MISSING } });
    await leaveKilled();
    await secret('late', 'x');
    await expectHeld(() => deploy('-f', release.dist));
  });

  test('is refused by what Pods say that are made by it, when nothing was mended', async () => {
    await install();
    specWith({ env: { PORT: '3000', FAULTS, LATE: MISSING } });
    await leaveKilled();
    const before = new Set((await podsOf('green')).map(({ metadata }) => metadata.name));
    const failed = await deploy('-f', release.dist);
    expectRefused(failed, 'CreateContainerConfigError: secret "late" not found');
    const [, blamed = ''] = /error: pod "([^"]+)"/.exec(failed.stderr) ?? [];
    expect(blamed).toMatch(/^shop-green-/);
    expect(before.has(blamed)).toBe(false);
  });
});
