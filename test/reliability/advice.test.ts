import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { isColor } from '../../charts/names.js';
import type { Report } from '../../plugin/commands/doctor/report.js';
import type { Pod, Service } from '../../plugin/core/kubernetes.js';
import { isReady } from '../../plugin/plan/state.js';
import { until } from '../cluster/wait.js';
import { getJson, kubectl, run } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(240_000);

const figure = { tried: 0, held: 0 };
afterAll(() => {
  const promise = 'A command that doctor prints leaves users on their version, or the text says where it takes them';
  recordFigure('advice', { place: 8, promise, ...figure, unit: 'printed commands that were run' });
});

/** Whether words name the color and the version that users have afterwards, as in `green: engine-ops:v0.2.0`. */
function says(effect: string, after: string): boolean {
  const [, color = '', version = ''] = /^(\w+): \S+:(\S+)$/.exec(after) ?? [];
  return (
    effect.includes(`${color} (${version})`) ||
    (effect.includes(`brings ${color}, `) && effect.includes(`to ${version}`))
  );
}

/** Every one is brought about, examined, and then each printed command is run by itself on a release in that state. */
describe('the commands that doctor prints', () => {
  let release: TestRelease;
  const inNamespace = (...args: string[]) => kubectl(...args, '-n', release.namespace);

  beforeEach(async () => {
    release = await createRelease('advice', { preStopSeconds: 1, service: { type: 'ClusterIP' } });
    await release.install();
  });
  afterEach(() => release?.remove());

  async function promote(...args: string[]): Promise<void> {
    const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', ...args]);
    expect({ exitCode, stderr }).toExitWith(0);
  }

  /** What users get: the versions of the Pods that the active Service selects, once no rollout goes on. */
  async function served(): Promise<string> {
    for (const color of ['blue', 'green'])
      await run(['kubectl', 'rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=20s']);
    const service = (await run(['kubectl', 'get', 'service', 'shop-active', '-o', 'json', '-n', release.namespace]))
      .stdout;
    if (service === '') return 'no version';
    const { version, app } = (JSON.parse(service) as Service).spec.selector ?? {};
    const label = version === undefined ? `app=${app}` : `app=${app},version=${version}`;
    const { items } = await getJson<{ items: Pod[] }>('pods', '-l', label, '-n', release.namespace);
    const images = items
      .filter((pod) => pod.metadata.deletionTimestamp === undefined && isReady(pod))
      .map(({ spec }) => spec.containers[0]?.image ?? '');
    return `${isColor(version) ? version : 'both'}: ${[...new Set(images)].sort().join(', ') || 'no version'}`;
  }

  async function examine(): Promise<Report> {
    return JSON.parse((await release.bluegreen('doctor', ['-f', release.dist, '-o', 'json'])).stdout) as Report;
  }

  const setImage = (color: string, version: string) =>
    inNamespace('set', 'image', `deployment/shop-${color}`, `shop=engine-ops:${version}`);
  const found = (id: string) =>
    until(async () => (await examine()).findings.some((finding) => finding.id === id) || undefined, {
      what: `finding ${id}`,
      timeoutMs: 40_000,
    });

  const SITUATIONS: readonly [string, string, () => Promise<unknown>][] = [
    ['git names the version before', 'manifest-differs', () => promote('--version=v0.2.0')],
    [
      'the active Service is gone',
      'no-active-service',
      async () => {
        await promote('--version=v0.2.0');
        await inNamespace('delete', 'service', 'shop-active');
      },
    ],
    [
      'the active Service was deleted and applied again by hand',
      'served-elsewhere',
      async () => {
        await promote('--version=v0.2.0');
        await inNamespace('delete', 'service', 'shop-active');
        await inNamespace('apply', '-f', `${release.dist}/shop-traffic.k8s.yaml`);
      },
    ],
    [
      'the version that serves fails its checks, and the other color was deployed to since',
      'check-failed',
      async () => {
        await promote('--version=v0.2.0');
        const { exitCode, stderr } = await release.bluegreen('deploy', ['--version=v0.2.0']);
        expect({ exitCode, stderr }).toExitWith(0);
        await setImage('green', 'v0.3.0');
      },
    ],
    [
      'the only version that ever served crashes',
      'crash',
      async () => {
        await setImage('blue', 'v0.4.0');
      },
    ],
    [
      'the Deployment that has the traffic is gone, and git names the version before',
      'deployment-missing',
      async () => {
        await promote('--version=v0.2.0');
        await inNamespace('delete', 'deployment', 'shop-green');
      },
    ],
    [
      'traffic was moved by hand',
      'operation-mismatch',
      async () => {
        await promote('--version=v0.2.0');
        await inNamespace('patch', 'service', 'shop-active', '-p', '{"spec":{"selector":{"version":"blue"}}}');
      },
    ],
  ];

  test.each(SITUATIONS)('when %s', async (_, id, happens) => {
    await happens();
    await found(id);
    const { findings } = await examine();
    // One after the other: each is what doctor prints for the state in which it is run.
    for (const { id: wanted } of findings) {
      const finding = (await examine()).findings.find((one) => one.id === wanted);
      if (!finding) continue;
      const before = await served();
      await run(['sh', '-c', finding.fix], { timeoutMs: 120_000 });
      const after = await served();
      figure.tried += 1;
      const { fix, effect } = finding;
      const isSaid = effect !== undefined && says(effect, after);
      expect({ fix, effect, before, after, isAsSaid: before === after || isSaid }).toMatchObject({ isAsSaid: true });
      figure.held += 1;
    }
  });
});
