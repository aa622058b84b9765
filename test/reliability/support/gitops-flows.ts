import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest } from '@jest/globals';
import { stringify } from 'yaml';
import type { Service } from '../../../plugin/core/kubernetes.js';
import { until } from '../../cluster/wait.js';
import { getJson, kubectl } from '../../e2e/support/cluster.js';
import { SPEC } from '../../e2e/support/release.js';
import { type Load, startServiceLoad } from '../../load/start.js';
import type { countedTest } from './counted.js';
import { createGitOpsRelease, type GitOpsOptions, type GitOpsRelease, printedRules } from './gitops-release.js';

// The first run builds the program.
jest.setTimeout(900_000);

const SWITCHES = 20;
const MIN_REQUESTS = 10_000;

export interface Flows extends GitOpsOptions {
  readonly title: string;
  /** What a refusal says of the tool. */
  readonly managedBy: string;
}

/** What a team does with a release that a tool applies from git, in this order: each test goes on where the one before ended. */
export function testFlows(test: ReturnType<typeof countedTest>, { title, managedBy, ...options }: Flows): void {
  describe(title, () => {
    let release: GitOpsRelease;
    let load: Load;

    beforeAll(async () => {
      release = await createGitOpsRelease(options);
      const { error } = await release.tool.reconcile();
      expect(error).toBeUndefined();
      for (const color of ['blue', 'green'])
        await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=120s');
      load = await startServiceLoad(release.namespace, 'shop-active', { clients: 8, pauseMs: 10 });
    });
    afterAll(async () => {
      await load?.stop().catch(() => undefined);
      await release?.remove();
    });

    const promote = (...args: string[]) => release.bluegreen('promote', '--yes', ...args);
    const fromGit = (version: string) => promote('-f', release.repository.dist, `--version=${version}`);
    /** What the next reconciliation leaves: nothing of it may be what the plugin changed. */
    const afterReconciling = async () => {
      const { error } = await release.tool.reconcile();
      expect(error).toBeUndefined();
      return release.colors();
    };

    test('is not promoted before the rules are set, and then without --force', async () => {
      const refused = await promote();
      expect(refused.exitCode).toBe(3);
      expect(refused.stderr).toContain(managedBy);
      await release.setRules(await printedRules(options.tool, release.namespace));
      expect(await release.bluegreen('gitops')).toExitWith(0);
    });

    test('gets a new version by a commit, which promote waits for, and stays where that moved it', async () => {
      expect(await release.setVersion('v0.2.0', '--commit')).toExitWith(0);
      const [promoted] = await Promise.all([fromGit('v0.2.0'), release.tool.reconcile()]);
      expect(promoted).toExitWith(0);
      expect(await afterReconciling()).toEqual({ active: 'green', preview: 'blue' });
      expect(await release.image('green')).toBe('engine-ops:v0.2.0');
      const again = await fromGit('v0.2.0');
      expect(again).toExitWith(0);
      expect(again.stderr).toContain('nothing to do');
    });

    test('refuses a version that git does not name, and says how it gets there', async () => {
      for (const args of [['--version=v0.3.0'], ['--image=engine-ops:v0.3.0']]) {
        const { exitCode, stderr } = await promote(...args);
        expect(exitCode).toBe(3);
        expect(stderr).toContain('which would put back engine-ops:v0.3.0: its versions come from there');
        expect(stderr).toContain('kubectl bluegreen set-version shop v0.3.0 blue --commit');
      }
      expect(await release.image('blue')).toBe('engine-ops:v0.1.0');
    });

    test("leaves the live color alone, although git's active lags behind", async () => {
      // Git still calls blue active: there the next version would go to the color that has the traffic.
      const { exitCode, stderr } = await release.setVersion('v0.3.0', 'green', '--commit');
      expect(exitCode).toBe(3);
      expect(stderr).toContain('green has the traffic of "shop" (service/shop-active');
      const { stdout } = await release.setVersion('v0.3.0', '--dry-run', '-o', 'json');
      expect(JSON.parse(stdout)).toMatchObject({ color: 'blue', active: 'green', activeBy: 'cluster' });
    });

    test('has CI refuse a commit that changes the live color, and let the other one pass', async () => {
      const { repository } = release;
      const diff = async (versions: object) => {
        repository.synth({ ...SPEC, namespace: release.namespace, colors: versions });
        const result = await release.bluegreen('diff', '-f', repository.dist, '--against=HEAD', '--gitops');
        await repository.git('checkout', '--quiet', '.');
        return result;
      };
      const refused = await diff({ blue: { version: 'v0.1.0' }, green: { version: 'v0.3.0' } });
      expect(refused.exitCode).toBe(3);
      expect(refused.stderr).toContain('error: deployment.apps/shop-green is changed: green has the traffic');
      const passed = await diff({ blue: { version: 'v0.3.0' }, green: { version: 'v0.2.0' } });
      expect(passed.exitCode).toBe(1);
      expect(passed.stderr).toContain('green has the traffic of shop (service/shop-active');
    });

    test('is rolled back, and promoted again', async () => {
      expect(await release.bluegreen('rollback')).toExitWith(0);
      expect(await afterReconciling()).toEqual({ active: 'blue', preview: 'green' });
      expect(await promote()).toExitWith(0);
      expect(await afterReconciling()).toEqual({ active: 'green', preview: 'blue' });
    });

    test("is healthy for doctor, which takes git's active for no fault", async () => {
      const { exitCode, stdout, stderr } = await release.bluegreen(
        'doctor',
        '-f',
        release.repository.dist,
        '-o',
        'json',
      );
      expect({ exitCode, stdout, stderr }).toExitWith(0);
      const { findings } = JSON.parse(stdout) as { findings: { id: string; effect?: string }[] };
      // The cluster gives no load balancer an address: what would help is git's to say.
      expect(findings).toEqual([
        expect.objectContaining({
          id: 'load-balancer-pending',
          effect: expect.stringContaining('puts it back: change the spec, and commit that'),
        }),
      ]);
    });

    test('keeps its Pods when git scales what it takes for the idle color to nothing', async () => {
      const { namespace, repository } = release;
      const colors = { blue: { version: 'v0.1.0' }, green: { version: 'v0.2.0' } };
      await repository.commit({ ...SPEC, namespace, colors, idleReplicas: 0 }, 'no Pods for the idle color');
      expect(await afterReconciling()).toEqual({ active: 'green', preview: 'blue' });
      expect(await release.replicas('green')).toBe(2);
      expect(await release.bluegreen('cleanup')).toExitWith(0);
      await release.tool.reconcile();
      expect(await release.replicas('blue')).toBe(0);
      expect(await promote()).toExitWith(0);
      expect(await afterReconciling()).toEqual({ active: 'blue', preview: 'green' });
      expect(await release.replicas('blue')).toBe(2);
    });

    test('takes a change of the active Service from git, and not its selector', async () => {
      const { namespace, repository } = release;
      const colors = { blue: { version: 'v0.1.0' }, green: { version: 'v0.2.0' } };
      const changed = { ...SPEC, namespace, colors, active: 'green', service: { annotations: { team: 'shop' } } };
      await repository.commit(changed, 'a note on the Service');
      expect(await afterReconciling()).toEqual({ active: 'blue', preview: 'green' });
      const { metadata } = await getJson<Service>('service', 'shop-active', '-n', namespace);
      expect(metadata.annotations).toMatchObject({ team: 'shop' });
    });

    test(`is switched ${SWITCHES} times, loses no race and no entry of its history`, async () => {
      for (let index = 0; index < SWITCHES; index++) {
        expect(await promote()).toExitWith(0);
        const moved = await release.colors();
        expect(await afterReconciling()).toEqual(moved);
      }
      const { stdout } = await release.bluegreen('history', '-o', 'json');
      const { entries } = JSON.parse(stdout) as { entries: { kind: string; outcome: string }[] };
      expect(
        entries.slice(0, SWITCHES).every(({ kind, outcome }) => kind === 'promote' && outcome === 'complete'),
      ).toBe(true);
      const { changes } = await release.tool.reconcile();
      expect(new Set(Object.values(changes))).toEqual(new Set(['unchanged']));
    });

    test(`fails none of ${MIN_REQUESTS} requests`, async () => {
      const enough = async () => ((await load.report()).requests >= MIN_REQUESTS ? true : undefined);
      await until(enough, { what: `${MIN_REQUESTS} requests`, timeoutMs: 120_000 });
      expect(await load.stop()).toMatchObject({ failed: 0, failures: [] });
    });

    test('is gone when git deletes it', async () => {
      const { repository, namespace } = release;
      rmSync(repository.dist, { recursive: true });
      mkdirSync(repository.dist);
      // Something stays: neither tool deletes all that it has because a folder is gone, or empty.
      const note = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'note', namespace } };
      writeFileSync(join(repository.dist, 'note.yaml'), stringify(note));
      await repository.commitAll('delete the release');
      const { error } = await release.tool.reconcile();
      expect(error).toBeUndefined();
      // Argo CD deletes in the foreground: a Deployment stays until its Pods are gone.
      const isGone = async () => {
        const list = ['services,deployments', '-n', namespace, '-l', 'app=shop'];
        return (await getJson<{ items: object[] }>(...list)).items.length === 0 ? true : undefined;
      };
      await until(isGone, { what: 'the end of all objects', timeoutMs: 60_000 });
    });
  });
}
