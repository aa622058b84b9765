import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { parse } from 'yaml';
import { until } from '../cluster/wait.js';
import { kubectl, type Result } from '../e2e/support/cluster.js';
import { SPEC } from '../e2e/support/release.js';
import { warnUntil } from '../e2e/support/warnings.js';
import { type Load, startServiceLoad } from '../load/start.js';
import { countedTest } from './support/counted.js';
import { createGitOpsRelease, type GitOpsOptions, type GitOpsRelease } from './support/gitops-release.js';

// The first run builds the programs.
jest.setTimeout(900_000);

const test = countedTest('gitops-write-back', {
  place: 33,
  promise:
    'A switch that Flux or Argo CD makes because a commit says so is proved, watched, recorded, and taken back by a commit',
  unit: 'ways',
});

const TOOLS: readonly GitOpsOptions[] = [
  {
    tool: 'flux',
    source: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', spec: { prune: true } },
  },
  {
    tool: 'argocd',
    source: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      spec: { syncPolicy: { automated: { prune: true, selfHeal: true } } },
    },
  },
];

/** In their order: each goes on where the one before ended. */
describe.each(TOOLS)('a release whose selector $tool moves, every 2 s and by what git says', (options) => {
  let release: GitOpsRelease;
  let load: Load;

  beforeAll(async () => {
    release = await createGitOpsRelease(options);
    expect((await release.tool.reconcile()).error).toBeUndefined();
    await rolledOut();
    load = await startServiceLoad(release.namespace, 'shop-active', { clients: 4, pauseMs: 10 });
  });
  afterAll(async () => {
    await load?.stop().catch(() => undefined);
    await release?.remove();
  });

  const rolledOut = async () => {
    for (const color of ['blue', 'green'])
      await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=120s');
  };
  const files = () => ['--write-back', `--spec=${release.repository.spec}`, `--output-dir=${release.repository.dist}`];
  const promote = (...args: string[]) => release.bluegreen('promote', '--yes', ...files(), ...args);
  const named = () => (parse(readFileSync(release.repository.spec, 'utf8')) as { active: string }).active;
  const whenNamed = (color: string) =>
    until(async () => (named() === color ? true : undefined), { what: `${color} in the spec`, timeoutMs: 60_000 });
  const whenOn = (color: string) =>
    until(async () => ((await release.colors()).active === color ? true : undefined), {
      what: `traffic on ${color}`,
      timeoutMs: 60_000,
    });
  const lastEntry = async () =>
    (JSON.parse((await release.bluegreen('history', '-o', 'json')).stdout) as { entries: object[] }).entries[0];

  /** Promotes, commits what that writes, and does something once the run watches. */
  async function promoteByCommit(args: string[], whileWatched: () => Promise<void> = async () => undefined) {
    const running = promote('--wait', ...args);
    await whenNamed('green');
    // A review takes longer than an interval: until it is merged nothing may move.
    await release.tool.reconcile();
    expect((await release.colors()).active).toBe('blue');
    await release.repository.commitAll('green has the traffic');
    await whenOn('green');
    await whileWatched();
    return await running;
  }

  test('gets a version by one commit and the traffic by another, which is proved, watched and recorded', async () => {
    expect(await release.setVersion('v0.2.0', '--commit')).toExitWith(0);
    await release.tool.reconcile();
    await rolledOut();
    const result = await promoteByCommit(['--soak=3s', '-o', 'json']);
    expect(result).toExitWith(0);
    const { steps, active } = JSON.parse(result.stdout) as { steps: { kind: string }[]; active: object };
    const kinds = steps.map(({ kind }) => kind);
    for (const kind of ['write-back', 'await-switch', 'record-switch', 'verify', 'prove', 'watch', 'record'])
      expect(kinds).toContain(kind);
    expect(active).toMatchObject({ color: 'green', version: 'v0.2.0' });
    await release.tool.reconcile();
    expect(await release.colors()).toEqual({ active: 'green', preview: 'blue' });
    expect(await lastEntry()).toMatchObject({ kind: 'promote', from: 'blue', to: 'green', outcome: 'complete' });
  });

  test('is recorded also when the run that waited was cut off', async () => {
    await release.repository.commit({ ...SPEC, namespace: release.namespace, colors: versions() }, 'back on blue');
    await release.tool.reconcile();
    expect((await release.colors()).active).toBe('blue');
    const cut = await promote('--wait', '--wait-timeout=1s');
    expect(cut.exitCode).toBe(3);
    expect(cut.stderr).toContain('has not moved traffic to green in 1s: is the commit pushed and merged?');
    await release.repository.commitAll('green has the traffic');
    await whenOn('green');
    const again = await promote('--wait', '--to=green');
    expect(again).toExitWith(0);
    expect(await lastEntry()).toMatchObject({ kind: 'promote', from: 'blue', to: 'green', outcome: 'complete' });
  });

  const versions = () => ({ blue: { version: 'v0.1.0' }, green: { version: 'v0.2.0' } });

  test('is taken back by a commit when it fails, and not promoted again by the next run', async () => {
    await release.repository.commit({ ...SPEC, namespace: release.namespace, colors: versions() }, 'back on blue');
    await release.tool.reconcile();
    // What a person has done is not on record, and blue has the traffic.
    let isOver = false;
    let warning: Promise<void> | undefined;
    const running: Promise<Result> = promoteByCommit(['--soak=60s'], async () => {
      warning = warnUntil(release.namespace, () => isOver);
    }).finally(() => {
      isOver = true;
    });
    const failed = await running;
    await warning;
    expect(failed.exitCode).toBe(5);
    expect(failed.stderr).toMatch(/green is unhealthy: .*warning Unhealthy/);
    expect(failed.stderr).toContain('names blue again: commit and push that, and');
    expect(named()).toBe('blue');
    await release.repository.commitAll('green has failed');
    await whenOn('blue');

    const refused = await promote();
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toMatch(/green \(v0\.2\.0\) is on hold since .* use --release-hold/s);
    expect(named()).toBe('blue');
    expect((await release.bluegreen('status')).stdout).toContain('is on hold since');
    expect(JSON.parse((await release.bluegreen('status', '-o', 'json')).stdout)).toMatchObject({
      hold: { color: 'green', version: 'v0.2.0' },
    });
  });

  test('is promoted again when somebody says so, which ends the hold', async () => {
    const released = await promoteByCommit(['--release-hold']);
    expect(released).toExitWith(0);
    expect((await release.bluegreen('status')).stdout).not.toContain('on hold');
  });

  test('fails no request', async () => {
    expect(await load.stop()).toMatchObject({ failed: 0, failures: [] });
  });
});
