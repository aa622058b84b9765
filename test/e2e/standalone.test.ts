import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(240_000);

const built = resolve('lib/standalone/bin');
const folder = mkdtempSync(join(tmpdir(), 'bluegreen-standalone-'));
const [standalone, completion] = ['kubectl-bluegreen', 'kubectl_complete-bluegreen'].map((name) => join(folder, name));
const temporary = join(folder, 'temporary');
/** In a folder that holds nothing of ours, without a PATH on which Node could be found. */
const alone = (program = '', ...args: string[]) =>
  execa(program, args, { cwd: folder, env: { TMPDIR: temporary }, extendEnv: false, reject: false, stdin: 'ignore' });

beforeAll(async () => {
  await execa(process.execPath, ['build-standalone.mjs']);
  cpSync(built, folder, { recursive: true, dereference: true });
  mkdirSync(temporary);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the standalone executable, without Node', () => {
  test('says its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const { exitCode, stdout, stderr } = await alone(standalone, 'version');
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: `kubectl-bluegreen ${version}`, stderr: '' });
  });

  test('has the help of the program that runs on Node', async () => {
    const { exitCode, stdout } = await alone(standalone, '--help');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: (await execa('lib/bin/kubectl-bluegreen')).stdout });
  });

  test('completes words under its other name', async () => {
    const { exitCode, stdout } = await alone(completion, 'stat');
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^status\t.*\n:4$/) });
  });

  test('synthesizes what is committed, and tells what is not', async () => {
    const [releases, dist] = [join(folder, 'charts', 'releases'), join(folder, 'dist')];
    mkdirSync(releases, { recursive: true });
    cpSync('charts/releases', releases, { recursive: true });
    expect(await alone(standalone, 'synth')).toMatchObject({ exitCode: 0, stderr: '' });
    const contents = (of: string) => readdirSync(of).map((name) => [name, readFileSync(join(of, name), 'utf8')]);
    expect(contents(dist)).toEqual(contents('dist'));
    expect(await alone(standalone, 'synth', '--check')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    writeFileSync(join(dist, 'engine-ops.k8s.yaml'), '# Synthesized\n');
    expect(await alone(standalone, 'synth', '--check')).not.toExitWith(0);
  });

  test('has unpacked and kept nothing in the folder of temporary files', () => {
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe('the standalone executable, with a cluster', () => {
  let release: TestRelease;
  beforeAll(async () => {
    release = await createRelease('standalone', { replicas: 1 });
  });
  afterAll(() => release?.remove());

  const standaloneIn = (cwd: string, ...args: string[]) =>
    run(['env', '-C', cwd, standalone ?? '', ...args, '-n', release.namespace]);

  test('deploys, asks every Pod, and shows what it has done', async () => {
    const { exitCode, stderr } = await standaloneIn(folder, 'deploy', 'shop', '-f', release.dist);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('1 Pod passed 3 checks'),
    });
    const status = await standaloneIn(folder, 'status', 'shop', '-o', 'json');
    expect(JSON.parse(status.stdout)).toMatchObject({ active: { color: 'blue' } });
  });

  test('takes no settings from files of the folder that it is started in', async () => {
    const hostile = join(folder, 'hostile');
    mkdirSync(hostile);
    writeFileSync(join(hostile, '.env'), 'KUBECTL=/no/kubectl\nNAMESPACE=elsewhere\n');
    writeFileSync(join(hostile, 'bunfig.toml'), 'preload = ["./loaded.js"]\n');
    writeFileSync(join(hostile, 'loaded.js'), 'console.log("loaded");\n');
    writeFileSync(join(hostile, 'package.json'), 'no JSON');
    const [here, there] = [
      await standaloneIn(folder, 'status', 'shop', '-o', 'name'),
      await standaloneIn(hostile, 'status', 'shop', '-o', 'name'),
    ];
    expect(there).toEqual({ ...here, exitCode: 0, stderr: '' });
  });
});
