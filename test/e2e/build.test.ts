import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { getJson, kubectl, type Result } from './support/cluster.js';
import { createPodman, hasRegistry, type Podman, type Registry, startRegistry } from './support/registry.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Pod {
  metadata: { name: string; deletionTimestamp?: string };
  spec: { containers: { image: string }[] };
  status: { containerStatuses: { imageID: string }[] };
}

const hex = 'sha256:[0-9a-f]{64}';

(hasRegistry ? describe : describe.skip)('a build with podman, pushed to a registry that the node pulls from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-registry-'));
  let registry: Registry;
  let podman: Podman;
  let release: TestRelease;
  let repository: string;

  beforeAll(async () => {
    [registry, podman] = await Promise.all([startRegistry(join(folder, 'open')), createPodman()]);
    repository = `${registry.address}/team/shop`;
    await podman.push(`${repository}:v0.1.0`, 'v0.1.0');
    release = await createRelease('build', { image: { repository, pullPolicy: 'Always' } });
    await release.install();
  });
  afterAll(async () => {
    registry?.stop();
    podman?.remove();
    rmSync(folder, { recursive: true, force: true });
    await release?.remove();
  });

  const build = (verb: string, ...args: string[]): Promise<Result> =>
    release.bluegreen(verb, ['--build', '--builder=podman', `--build-context=${podman.context}`, ...args], {
      env: podman.env,
    });
  const podsOf = async (color: string) => {
    const selector = `--selector=app=shop,version=${color}`;
    const { items } = await getJson<{ items: Pod[] }>('pods', '-n', release.namespace, selector);
    return items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  };
  const imagesOf = async (color: string) => (await podsOf(color)).map(({ spec }) => spec.containers[0]?.image);
  const imageIdsOf = async (color: string) =>
    (await podsOf(color)).map(({ status }) => status.containerStatuses[0]?.imageID);

  test('is the beginning of the plan, and a dry run builds nothing', async () => {
    const { exitCode, stdout } = await build('promote', '--version=v0.2.0', '--push', '--dry-run');
    expect(exitCode).toBe(0);
    const steps = [
      `build ${repository}:v0.2.0 and ${repository}:green of ${podman.context} with podman`,
      `push ${repository}:v0.2.0 with podman, to be deployed by its digest`,
      `push ${repository}:green with podman`,
      `patch deployment.apps/shop-green: image ${repository}:v0.2.0,`,
    ];
    const lines = stdout.split('\n').slice(1);
    for (const [index, step] of steps.entries()) expect(lines[index]).toContain(`${index + 1}. ${step}`);
    expect(await registry.tags('team/shop')).toEqual(['v0.1.0']);
    expect(await podman.images()).not.toContain(`${repository}:v0.2.0`);
  });

  test('is promoted by its digest, which every Pod runs, and both tags are in the registry', async () => {
    podman.change('two');
    const promoted = await build(
      'promote',
      '--version=v0.2.0',
      '--build-arg=TEAM=secret-9',
      '--push',
      '--yes',
      '-o',
      'json',
    );
    expect(promoted).toExitWith(0);
    const digest = await registry.digest('team/shop', 'v0.2.0');
    expect(digest).toMatch(new RegExp(`^${hex}$`));
    const outcome = JSON.parse(promoted.stdout);
    expect(outcome).toMatchObject({
      phase: 'complete',
      active: { color: 'green', version: 'v0.2.0', image: `${repository}:v0.2.0@${digest}` },
      idle: { color: 'blue', version: 'v0.1.0' },
    });
    expect(outcome.steps.slice(0, 3)).toMatchObject([
      { kind: 'build', status: 'done', builder: 'podman', buildArgs: ['TEAM'] },
      { kind: 'push', status: 'done', image: `${repository}:v0.2.0`, digest },
      { kind: 'push', status: 'done', image: `${repository}:green` },
    ]);
    expect(promoted.stdout).not.toContain('secret-9');
    const verified = outcome.steps.find(({ kind }: { kind: string }) => kind === 'verify').verified;
    expect(verified).toMatchObject(Array(2).fill({ imageID: `${repository}@${digest}` }));
    expect(await imageIdsOf('green')).toEqual(Array(2).fill(`${repository}@${digest}`));
    expect(await registry.tags('team/shop')).toEqual(['green', 'v0.1.0', 'v0.2.0']);
    expect(await registry.digest('team/shop', 'green')).toBe(digest);
    expect(await release.activeColor()).toBe('green');
  });

  test('is not repeated for a version that has the traffic', async () => {
    const again = await build('promote', '--version=v0.2.0', '--push', '--to=green', '--yes');
    expect(again).toMatchObject({ exitCode: 0, stdout: '' });
    expect(again.stderr).toBe('nothing to do: green is active and runs v0.2.0');
  });

  test('that fails changes nothing, and is told in the words of the builder', async () => {
    const before = await release.fingerprint();
    const dockerfile = join(podman.context, 'Broken');
    writeFileSync(dockerfile, 'FROM scratch\nCOPY nowhere /\n');
    const failed = await build(
      'promote',
      '--version=v0.3.0',
      `--dockerfile=${dockerfile}`,
      '--push',
      '--yes',
      '-o',
      'json',
    );
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toMatch(
      /^error: podman build failed with exit code \d+: .*nowhere.*no such file or directory$/m,
    );
    const { phase, steps, exitCode } = JSON.parse(failed.stdout);
    expect({ phase, exitCode }).toEqual({ phase: 'build', exitCode: 3 });
    expect(new Set(steps.slice(1).map(({ status }: { status: string }) => status))).toEqual(new Set(['skipped']));
    expect(await release.fingerprint()).toEqual(before);
    expect(await registry.tags('team/shop')).not.toContain('v0.3.0');
  });

  test('that the registry refuses to take changes nothing, and is told in the words of the registry', async () => {
    const auth = { htpasswd: { realm: 'closed', path: join(folder, 'closed', 'htpasswd') } };
    const closed = await startRegistry(join(folder, 'closed'), auth);
    try {
      const before = await release.fingerprint();
      const refused = await build('promote', `--image=${closed.address}/team/shop:v0.3.0`, '--push', '--yes');
      expect(refused.exitCode).toBe(3);
      expect(refused.stderr).toMatch(/^error: podman push failed with exit code \d+: .*authentication required$/m);
      expect(await release.fingerprint()).toEqual(before);
    } finally {
      closed.stop();
    }
  });

  test('stays what is promoted when its tag is pushed again with something else', async () => {
    podman.change('three');
    expect(await build('deploy', '--version=v0.3.0', '--push')).toExitWith(0);
    const digest = await registry.digest('team/shop', 'v0.3.0');
    expect(await imagesOf('blue')).toEqual(Array(2).fill(`${repository}:v0.3.0@${digest}`));
    await podman.push(`${repository}:v0.3.0`, 'something else');
    expect(await registry.digest('team/shop', 'v0.3.0')).not.toBe(digest);

    await kubectl('delete', 'pods', '-n', release.namespace, '--selector=app=shop,version=blue', '--wait=false');
    expect(await release.bluegreen('promote', ['--version=v0.3.0', '--yes'])).toExitWith(0);
    expect(await release.activeColor()).toBe('blue');
    expect(new Set(await imagesOf('blue'))).toEqual(new Set([`${repository}:v0.3.0@${digest}`]));
    expect(new Set(await imageIdsOf('blue'))).toEqual(new Set([`${repository}@${digest}`]));
  });

  test('under a tag that changes is warned about, and Pods that run different images under it are refused', async () => {
    await podman.push(`${repository}:latest`, 'one');
    const deployed = await release.bluegreen('deploy', ['--version=latest']);
    expect(deployed).toExitWith(0);
    expect(deployed.stderr).toContain(
      `warning: image "${repository}:latest" is not pinned, and the tag "latest" is one that changes`,
    );
    await podman.push(`${repository}:latest`, 'another');
    const [pod] = await podsOf('green');
    await kubectl('delete', 'pod', pod?.metadata.name ?? '', '-n', release.namespace);
    await kubectl('rollout', 'status', 'deployment/shop-green', '-n', release.namespace, '--timeout=60s');

    const before = await release.fingerprint();
    for (const verb of [['verify'], ['promote', '--yes']]) {
      const [name = '', ...args] = verb;
      const refused = await release.bluegreen(name, args);
      expect(refused.exitCode).toBe(3);
      expect(refused.stderr).toMatch(
        new RegExp(
          `^error: the Pods run different images under the name "${repository}:latest": ` +
            `pod "\\S+" runs ${repository}@${hex}, pod "\\S+" runs ${repository}@${hex}; pin the image by digest$`,
          'm',
        ),
      );
    }
    expect(await release.fingerprint()).toEqual(before);
  });
});
