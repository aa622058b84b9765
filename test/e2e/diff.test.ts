import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { pluginFolder } from '../cluster/exec.js';
import { bluegreen, getJson, kubectl, type Result } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Live {
  kind: string;
  metadata: { name: string; resourceVersion: string };
}

interface Document {
  releases: { release: string; active: string | null; manifestActive: string | null }[];
  changes: {
    release: string;
    object: string;
    change: string;
    fields: { path: string; from?: unknown; to?: unknown }[];
  }[];
  notes: string[];
  summary: object;
  exitCode: number;
}

const NONE = { exitCode: 0, stdout: '' };
const documentOf = ({ exitCode, stdout }: Result): Document => {
  const document = JSON.parse(stdout) as Document;
  expect(document.exitCode).toBe(exitCode);
  return document;
};

describe('diff against the cluster', () => {
  let release: TestRelease;
  const diff = (...args: string[]) => release.bluegreen('diff', ['-f', release.dist, ...args]);
  const must = async (verb: string, ...args: string[]) => {
    const { exitCode, stderr } = await release.bluegreen(verb, args);
    expect({ verb, exitCode, stderr }).toExitWith(0);
  };
  const versions = async () => {
    const { items } = await getJson<{ items: Live[] }>(
      'services,deployments,configmaps,leases',
      '-n',
      release.namespace,
    );
    return items.map(({ kind, metadata }) => [kind, metadata.name, metadata.resourceVersion]);
  };
  const image = 'spec.template.spec.containers[name="shop"].image';

  beforeAll(async () => {
    release = await createRelease('diff', { replicas: 1 });
  });
  afterAll(() => release?.remove());

  test('shows a release that is not installed as added, object for object', async () => {
    const { exitCode, stdout, stderr } = await diff();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('# deployment.apps/shop-blue added: the release is not installed: deploy installs it\n');
    expect(stdout).toContain(`\n+++ MERGED/apps.v1.Deployment.${release.namespace}.shop-blue\n@@ -0,0 +1,`);
    expect(stderr).toBe(`7 objects differ between ${release.dist} and the cluster: 7 added`);
  });

  test('finds no differences after deploy, and none after traffic moved', async () => {
    await must('deploy', '-f', release.dist);
    expect(await diff()).toMatchObject({ ...NONE, stderr: `no differences between ${release.dist} and the cluster` });
    await must('promote', '--yes');
    const moved = await diff();
    expect(moved).toMatchObject(NONE);
    expect(moved.stderr).toContain(
      'note: traffic of shop is on green; the manifest of service/shop-active names blue for the first install: left as it is\n',
    );
    const { releases, notes, summary } = documentOf(await diff('-o', 'json'));
    expect(releases).toMatchObject([{ release: 'shop', active: 'green', manifestActive: 'blue' }]);
    expect(notes).toHaveLength(1);
    expect(summary).toEqual({ added: 0, removed: 0, changed: 0 });
  });

  test('shows a new version of the idle color, which deploy applies, and then no more', async () => {
    release.synth({ colors: { blue: { version: 'v0.2.0' }, green: { version: 'v0.1.0' } } });
    const { exitCode, stdout } = await diff();
    expect(exitCode).toBe(1);
    const note = 'image engine-ops:v0.1.0 -> v0.2.0; deploy -f applies it to blue, which carries no traffic';
    expect(stdout.split('\n')[0]).toBe(`# deployment.apps/shop-blue changed: ${note}`);
    expect(stdout.split('\n').filter((line) => /^[-+] /.test(line))).toEqual([
      '-          image: engine-ops:v0.1.0',
      '+          image: engine-ops:v0.2.0',
    ]);
    await must('deploy', '-f', release.dist);
    expect(await diff()).toMatchObject(NONE);
  });

  test('shows a version that was promoted past the manifests as what deploy does not touch', async () => {
    await must('deploy', '--version=v0.1.0');
    await must('promote', '--yes', '--to=blue');
    const { exitCode, stdout } = await diff();
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')[0]).toBe(
      '# deployment.apps/shop-blue changed: image engine-ops:v0.1.0 -> v0.2.0; not applied by deploy: blue carries traffic',
    );
  });

  describe('after edits by hand', () => {
    beforeAll(async () => {
      const own = ['-n', release.namespace];
      await kubectl('scale', 'deployment/shop-green', '--replicas=3', ...own);
      await kubectl('set', 'env', 'deployment/shop-green', 'PORT=4000', 'TOKEN=s3cret', ...own);
      await kubectl('patch', 'configmap', 'shop-config', '-p', '{"data":{"GREETING":"hi","OTHER":"x"}}', ...own);
      await kubectl('patch', 'service', 'shop-active', '-p', '{"spec":{"sessionAffinity":"ClientIP"}}', ...own);
      await kubectl('create', 'configmap', 'left-over', ...own);
      await kubectl('label', 'configmap', 'left-over', 'app=shop', ...own);
    });

    test('shows the fields that the manifests state, and those of kubectl that a deploy takes away', async () => {
      const { changes, notes } = documentOf(await diff('-o', 'json'));
      expect(
        changes.map(({ object, fields }) => [object, ...fields.map(({ path, from, to }) => [path, from, to])]),
      ).toEqual([
        ['configmap/shop-config', ['data.GREETING', 'hi', 'hello'], ['data.OTHER', 'x', undefined]],
        ['deployment.apps/shop-blue', [image, 'engine-ops:v0.1.0', 'engine-ops:v0.2.0']],
        [
          'deployment.apps/shop-green',
          ['spec.replicas', 3, 1],
          ['spec.template.spec.containers[name="shop"].env[name="PORT"].value', '4000', '3000'],
          ['spec.template.spec.containers[name="shop"].env[name="TOKEN"]', expect.anything(), undefined],
        ],
        ['service/shop-active', ['spec.sessionAffinity', 'ClientIP', 'None'], expect.anything()],
      ]);
      expect(notes).toContain(`configmap/left-over carries the label of shop and is not in ${release.dist}`);
    });

    test('shows no value that somebody set besides the manifests', async () => {
      for (const format of [[], ['-o', 'json'], ['-o', 'markdown']])
        expect(JSON.stringify(await diff(...format))).not.toContain('s3cret');
    });

    test('shows the same to somebody who may only read, and says what it is worth', async () => {
      const own = ['-n', release.namespace];
      const readable = 'services,configmaps,deployments.apps';
      await kubectl('create', 'role', 'reader', '--verb=get', `--resource=${readable}`, ...own);
      await kubectl('create', 'rolebinding', 'reader', '--role=reader', '--user=reader', ...own);
      const [exact, stated] = await Promise.all([diff('-o', 'json'), diff('-o', 'json', '--as=reader')]);
      const [one, other] = [documentOf(exact), documentOf(stated)];
      expect(other.changes.map(({ object }) => object)).toEqual(one.changes.map(({ object }) => object));
      expect(other.notes.join('\n')).toMatch(
        /every object of shop is compared by the fields that the manifest states, .* cannot patch resource/,
      );
      expect(other.notes.join('\n')).toMatch(/were not looked for, since you may not list: ConfigMap, Deployment/);
    });

    test('changes nothing, in no format', async () => {
      const before = await versions();
      await Promise.all([diff(), diff('-o', 'json'), diff('-o', 'yaml'), diff('-o', 'markdown')]);
      expect(await versions()).toEqual(before);
    });

    test('leaves a comment for a pull request', async () => {
      const { exitCode, stdout } = await diff('-o', 'markdown');
      expect(exitCode).toBe(1);
      const lines = stdout.split('\n');
      expect(lines[0]).toBe('<!-- kubectl-bluegreen diff -->');
      expect(lines.filter((line) => line.startsWith('| <code>'))).toHaveLength(4);
      expect(stdout).toContain(
        '| replicas 3 -> 1, env PORT, env TOKEN; deploy -f applies it to green, which carries no traffic |',
      );
      expect(stdout.match(/<details>/g)).toHaveLength(4);
    });
  });

  test('refuses somebody who may not read, with the words of the server', async () => {
    const { exitCode, stdout, stderr } = await diff('--as=nobody');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('Error from server (Forbidden)');
  });

  test('refuses a namespace that does not exist, and says which manifests the server would refuse', async () => {
    const absent = await bluegreen(['diff', '-f', release.dist, '-n', 'no-such-namespace']);
    expect(absent).toMatchObject({
      exitCode: 3,
      stderr: 'Error from server (NotFound): namespaces "no-such-namespace" not found',
    });
    const file = join(release.dist, 'shop-green.k8s.yaml');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('sessionAffinity: None', 'sessionAffinity: Sometimes'));
    const invalid = await diff();
    writeFileSync(file, text);
    expect(invalid.exitCode).toBe(1);
    expect(invalid.stderr).toContain('service/shop-green would be refused: Error from server (Invalid)');
  });

  test.each([
    ['a name that is none', ['diff', 'No_Name'], 'invalid release name "No_Name"'],
    ['a release that is not in the folder', ['diff', 'blog', '-f', 'dist/'], 'holds no object of release "blog"'],
    ['a folder that is not there', ['diff', '-f', 'nowhere'], 'the path "nowhere" does not exist'],
    ['a folder without a release', ['diff', '-f', 'test/cluster', '-f', '.ci'], 'holds no .yaml, .yml or .json file'],
    ['a file without a release', ['diff', '-f', 'biome.json'], 'not a Kubernetes object'],
    ['two names', ['diff', 'a', 'b'], 'unexpected argument "b"'],
    ['a format that is none', ['diff', '-o', 'name'], 'invalid value "name" for --output: want json, yaml or markdown'],
  ])('refuses %s before the cluster is asked', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await bluegreen([...args, '--server=http://127.0.0.1:1']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('diff against a revision', () => {
  const root = mkdtempSync(join(tmpdir(), 'bluegreen-diff-'));
  const dist = join(root, 'dist');
  const plugin = join(pluginFolder(), 'kubectl-bluegreen');
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], { cwd: root });
  /** Without a cluster: nothing listens where it would be. */
  const diff = (args: readonly string[], cwd = root) =>
    execa(plugin, ['diff', ...args, '--server=http://127.0.0.1:1'], {
      cwd,
      env: { KUBECTL: '/bin/false' },
      reject: false,
    });
  /** The committed manifests of engine-ops, as those of another release. */
  const write = (name: string) => {
    for (const file of readdirSync('dist'))
      writeFileSync(
        join(dist, file.replace('engine-ops', name)),
        readFileSync(join('dist', file), 'utf8').replace(/engine-ops(?!:)/g, name),
      );
  };
  const remove = (name: string) => {
    for (const file of readdirSync(dist).filter((one) => one.startsWith(name))) rmSync(join(dist, file));
  };

  beforeAll(async () => {
    mkdirSync(dist);
    mkdirSync(join(root, 'deep', 'er'), { recursive: true });
    write('shop');
    write('blog');
    await git('init', '--quiet');
    await git('add', '--all');
    await git('commit', '--quiet', '--message=base');
    await git('branch', 'base');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test('finds no differences in a clean checkout', async () => {
    expect(await diff(['--against=base'])).toMatchObject(NONE);
  });

  test('shows releases that were added, changed and removed, and asks no cluster', async () => {
    remove('blog');
    write('cart');
    const file = join(dist, 'shop-green.k8s.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace(':v0.1.0', ':v0.2.0'));
    const { exitCode, stdout } = await diff(['--against=base', '-o', 'json']);
    const { changes, notes, summary } = documentOf({ exitCode: exitCode ?? -1, stdout, stderr: '' });
    expect(exitCode).toBe(1);
    expect(notes).toEqual(['release cart is new', 'release blog is gone']);
    expect(summary).toEqual({ added: 7, removed: 7, changed: 1 });
    expect(changes.find(({ release }) => release === 'shop')).toMatchObject({
      object: 'deployment.apps/shop-green',
      change: 'changed',
      note: 'image engine-ops:v0.1.0 -> v0.2.0; green carries no traffic until it is promoted',
    });
  });

  test('works from a folder within, for one release', async () => {
    const { exitCode, stdout } = await diff(
      ['shop', '-f', '../../dist/', '--against', 'base'],
      join(root, 'deep', 'er'),
    );
    expect(exitCode).toBe(1);
    expect(stdout.match(/^# .*/gm)).toEqual([
      '# deployment.apps/shop-green changed: image engine-ops:v0.1.0 -> v0.2.0; green carries no traffic until it is promoted',
    ]);
  });

  test('shows the last release as removed when its folder is gone', async () => {
    const all = readdirSync(dist).map((name) => [join(dist, name), readFileSync(join(dist, name), 'utf8')] as const);
    rmSync(dist, { recursive: true });
    const { exitCode, stderr } = await diff(['--against=base']);
    mkdirSync(dist);
    for (const [path, text] of all) writeFileSync(path, text);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('14 objects differ between dist and base');
  });

  test.each([
    ['a revision that is none', ['--against=nowhere'], 'unknown revision "nowhere" in '],
    ['a revision that is an option', ['--against=--output=stolen'], 'invalid revision "--output=stolen"'],
    ['a revision that is a shell command', ['--against=$(touch stolen)'], 'unknown revision "$(touch stolen)"'],
    ['an empty revision', ['--against='], 'invalid revision ""'],
    ['a folder of no repository', ['--against=base', '-f', tmpdir()], 'error: '],
    ['a release that never was', ['bog', '--against=base'], 'holds release "bog": they hold: blog, cart, shop'],
  ])('refuses %s', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await diff(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(readdirSync(root).sort()).toEqual(['.git', 'deep', 'dist']);
  });
});
