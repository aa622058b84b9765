import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { checkSynthesized } from '../../charts/index.js';
import type { RunReport } from '../../plugin/operations/report.js';
import { kubectl } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

describe('--write-back', () => {
  let release: TestRelease;
  let spec: string;
  const promote = (...args: string[]) => release.bluegreen('promote', ['--yes', ...flags(), ...args]);
  const flags = () => ['--write-back', `--spec=${spec}`, `--output-dir=${release.dist}`];
  const file = (name: string) => join(release.dist, `shop-${name}.k8s.yaml`);
  /** The text of every file that could be written. */
  const checkout = () =>
    [spec, ...readdirSync(release.dist).map((name) => join(release.dist, name))].map((path) =>
      readFileSync(path, 'utf8'),
    );

  beforeAll(async () => {
    release = await createRelease('write-back');
    spec = join(dirname(release.dist), 'shop.yaml');
    writeFileSync(spec, readFileSync(spec, 'utf8').replace('active: blue', '# Who has it?\nactive: blue # this one'));
    await release.install();
  });
  afterAll(() => release?.remove());

  test.each([
    [
      'an image of another repository',
      ['--image=elsewhere/engine-ops:v0.2.0'],
      'is of repository "elsewhere/engine-ops"',
    ],
    ['a spec that is not there', ['--spec=nowhere.yaml'], 'nowhere.yaml: cannot be read'],
    ['the spec of another release', ['--spec=charts/releases/engine-ops.yaml'], 'is the spec of release "engine-ops"'],
    ['manifests of something else', ['--output-dir=dist'], 'is not what'],
  ])('%s is refused before the cluster is asked', async (_, args, message) => {
    const before = [checkout(), await release.fingerprint()];
    const { exitCode, stderr } = await promote('--server=http://127.0.0.1:1', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect([checkout(), await release.fingerprint()]).toEqual(before);
  });

  test('a dry run shows what would be written, and writes nothing', async () => {
    const before = checkout();
    const { exitCode, stdout } = await promote('--version=v0.2.0', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').at(-1)).toBe(
      `  10. write active: green, colors.green.version: v0.2.0 to ${spec}, and synthesize it to ${release.dist}`,
    );
    expect(checkout()).toEqual(before);
  });

  test('promote leaves the spec and its manifests as the cluster is, and tells the files to commit', async () => {
    const before = readFileSync(spec, 'utf8');
    const { exitCode, stdout, stderr } = await promote('--version=v0.2.0');
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stdout).toMatch(
      `service/shop-preview patched\n${[spec, file('green'), file('traffic')].map((path) => `${path} written`).join('\n')}`,
    );
    expect(readFileSync(spec, 'utf8')).toBe(
      before
        .replace('active: blue #', 'active: green #')
        .replace('green:\n    version: v0.1.0', 'green:\n    version: v0.2.0'),
    );
    expect(checkSynthesized([spec], release.dist)).toEqual([]);
    await kubectl('apply', '--server-side', '--force-conflicts', '-n', release.namespace, '-f', release.dist);
    expect(await release.activeColor()).toBe('green');
  });

  test('a second run finds nothing to do and nothing to write; a lost diff it writes again', async () => {
    const before = checkout();
    const again = await promote('--version=v0.2.0', '-o', 'json');
    expect(JSON.parse(again.stdout)).toMatchObject({
      phase: 'nothing-to-do',
      steps: [{ kind: 'write-back', files: [] }],
    });
    expect(checkout()).toEqual(before);

    release.synth({});
    const repaired = await promote('--version=v0.2.0', '-o', 'json');
    expect(JSON.parse(repaired.stdout)).toMatchObject({ phase: 'nothing-to-do', steps: [{ files: [spec, {}, {}] }] });
    expect(readFileSync(spec, 'utf8')).toContain('active: green\n');
  });

  test('rollback writes the color back that it moved to', async () => {
    const { exitCode, stdout, stderr } = await release.bluegreen('rollback', [...flags(), '-o', 'json']);
    expect({ exitCode, stderr }).toExitWith(0);
    expect((JSON.parse(stdout) as RunReport).steps.at(-1)).toMatchObject({
      kind: 'write-back',
      status: 'done',
      files: [spec, file('traffic')],
    });
    expect(readFileSync(spec, 'utf8')).toContain('active: blue\n');
  });

  test('a spec that cannot be written after traffic moved ends the run with 5 and what to do by hand', async () => {
    const before = readFileSync(spec, 'utf8');
    const run = promote('--version=v0.2.0', '--soak=4s');
    while ((await release.activeColor()) !== 'green') await setTimeout(100);
    writeFileSync(spec, `${before}nonsense: true\n`);
    const { exitCode, stderr } = await run;
    writeFileSync(spec, before);
    expect(exitCode).toBe(5);
    expect(stderr).toContain(`error: traffic was switched to green, but ${spec} was not written back`);
    expect(stderr).toContain('set active: green, colors.green.version: v0.2.0 in it by hand');
    expect((await promote('--to=green')).exitCode).toBe(0);
  });

  describe('where Argo CD owns the selector', () => {
    beforeAll(async () => {
      // In one namespace: another test may have an Application of that name.
      const mark = `argocd.argoproj.io/tracking-id=${release.namespace}_shop`;
      await kubectl('annotate', 'service', 'shop-active', mark, '-n', release.namespace);
    });

    test('promote refuses without it, and names it', async () => {
      const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', '--version=v0.1.0']);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('use --write-back, which leaves the switch to Argo CD and a commit, or --force');
    });

    test('promote deploys, verifies and writes; traffic moves when the files are applied', async () => {
      const { exitCode, stdout, stderr } = await promote('--version=v0.1.0', '-o', 'json');
      expect({ exitCode, stderr }).toExitWith(0);
      const outcome = JSON.parse(stdout) as RunReport;
      expect(outcome).toMatchObject({
        phase: 'complete',
        active: { color: 'green' },
        idle: { color: 'blue', version: 'v0.1.0' },
      });
      expect(outcome.warnings.at(-1)).toContain('traffic moves to blue when Argo CD applies the files');
      expect(outcome.steps.map((step) => (step as { kind: string }).kind).slice(-2)).toEqual(['verify', 'write-back']);
      expect(await release.activeColor()).toBe('green');

      await kubectl('apply', '--server-side', '--force-conflicts', '-n', release.namespace, '-f', release.dist);
      expect(await release.activeColor()).toBe('blue');
    });

    test('with --force promote moves traffic itself, and writes', async () => {
      const { exitCode, stderr } = await promote('--version=v0.2.0', '--force');
      expect({ exitCode, stderr }).toExitWith(0);
      expect(await release.activeColor()).toBe('green');
      expect(readFileSync(spec, 'utf8')).toContain('active: green\n');
    });
  });
});
