import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Deployment } from '../../plugin/core/kubernetes.js';
import { getJson, kubectl, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

/** What the table of docs/gitops/README.md about `kubectl apply -f dist/` says. */
describe.each<[string, string[]]>([
  ['bluegreen deploy', []],
  ['kubectl apply', ['apply']],
  ['kubectl apply --server-side', ['apply', '--server-side']],
])('of a release that was installed by %s and promoted to green', (_, install) => {
  let release: TestRelease;
  beforeAll(async () => {
    release = await createRelease('by-hand', { replicas: 1 });
    if (install.length === 0) return release.install();
    await kubectl(...install, '-f', release.dist, '-n', release.namespace);
    for (const color of ['blue', 'green'])
      await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=60s');
  });
  afterAll(() => release?.remove());

  const green = async () => {
    const { spec } = await getJson<Deployment>('deployment', 'shop-green', '-n', release.namespace);
    return { replicas: spec.replicas, image: spec.template.spec.containers[0]?.image };
  };
  const promoted = { replicas: 2, image: 'engine-ops:v0.2.0' };

  test.each<[string, string, string[], boolean]>([
    ['apply --server-side', 'is refused and moves nothing', ['apply', '--server-side'], false],
    ['apply', 'moves traffic and sets replicas', ['apply'], true],
    ['apply --server-side --force-conflicts', 'does so', ['apply', '--server-side', '--force-conflicts'], true],
    ['replace', 'does so', ['replace'], true],
  ])('kubectl %s %s', async (_verb, _effect, args, moves) => {
    if ((await release.activeColor()) !== 'green')
      expect(await release.bluegreen('promote', ['--version=v0.2.0', '--yes'])).toExitWith(0);
    await kubectl('scale', 'deployment/shop-green', '--replicas=2', '-n', release.namespace);
    const { exitCode } = await run(['kubectl', ...args, '-f', release.dist, '-n', release.namespace]);
    expect(exitCode).toBe(moves ? 0 : 1);
    expect(await release.activeColor()).toBe(moves ? 'blue' : 'green');
    expect(await green()).toEqual(moves ? { replicas: 1, image: 'engine-ops:v0.1.0' } : promoted);
  });

  test('the file that does it says so at its head', () => {
    const text = readFileSync(join(release.dist, 'shop-traffic.k8s.yaml'), 'utf8');
    expect(text.split('\n')[1]).toContain('Applying this file with kubectl moves traffic to blue');
  });
});
