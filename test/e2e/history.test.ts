import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { HISTORY_ANNOTATION } from '../../charts/names.js';
import type { HistoryEntry } from '../../plugin/plan/history.js';
import type { Revision } from '../../plugin/plan/revisions.js';
import { bluegreen, kubectl, kubectlWith } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(300_000);

describe('history', () => {
  let release: TestRelease;
  const succeed = async (verb: string, ...args: string[]) => {
    const { exitCode, stderr } = await release.bluegreen(verb, args);
    expect({ exitCode, stderr }).toExitWith(0);
  };
  const history = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await release.bluegreen('history', ['-o', 'json', ...args]);
    expect({ exitCode, stderr }).toExitWith(0);
    return JSON.parse(stdout) as { release: string; active: string; entries: HistoryEntry[] };
  };
  const last = async () => (await history('--limit=1')).entries[0];
  const annotate = (annotation: string) =>
    kubectl('annotate', 'service', 'shop-active', '-n', release.namespace, '--overwrite', annotation);

  beforeAll(async () => {
    release = await createRelease('history');
    await succeed('deploy', '-f', release.dist);
  });
  afterAll(() => release?.remove());

  test('begins with the install', async () => {
    const { entries, active } = await history();
    expect(active).toBe('blue');
    expect(entries).toMatchObject([
      { kind: 'deploy', from: 'blue', to: 'blue', toVersion: 'v0.1.0', outcome: 'installed' },
    ]);
    expect(entries[0]?.by).toMatch(/.@./);
  });

  test('tells a promotion with its id, colors and versions', async () => {
    const { stdout } = await release.bluegreen('promote', ['--version=v0.2.0', '--yes', '-o', 'json']);
    expect(await last()).toMatchObject({
      id: JSON.parse(stdout).operationId,
      kind: 'promote',
      from: 'blue',
      to: 'green',
      fromVersion: 'v0.1.0',
      toVersion: 'v0.2.0',
      outcome: 'complete',
    });
  });

  test('tells a version that failed a check, that it was put back, and why', async () => {
    const before = await release.fingerprint();
    const { exitCode } = await release.bluegreen('promote', ['--version=v0.3.0', '--yes', '--check-retries=1']);
    expect(exitCode).toBe(3);
    expect(await release.fingerprint()).toEqual(before);
    const entry = await last();
    expect(entry).toMatchObject({ kind: 'promote', fromVersion: 'v0.2.0', toVersion: 'v0.3.0', outcome: 'failed' });
    expect(entry?.message).toMatch(/check "health" .* status is 500, want 200$/);
  });

  test('tells a deploy to the idle color, and a question that was answered with no', async () => {
    await succeed('deploy', '--version=v0.2.0');
    expect(await last()).toMatchObject({
      kind: 'deploy',
      from: 'blue',
      to: 'blue',
      fromVersion: 'v0.1.0',
      toVersion: 'v0.2.0',
      outcome: 'complete',
    });
    const { exitCode } = await release.bluegreen('promote', ['--version=v0.1.0'], { input: 'no\n' });
    expect(exitCode).toBe(3);
    expect(await last()).toMatchObject({ kind: 'promote', from: 'green', to: 'blue', outcome: 'not-confirmed' });
  });

  test('tells a rollback, and no run that changed nothing', async () => {
    await succeed('rollback');
    const entry = await last();
    expect(entry).toMatchObject({ kind: 'rollback', from: 'green', to: 'blue', fromVersion: 'v0.2.0' });
    await succeed('rollback', '--to=blue');
    await succeed('rollback', '--dry-run');
    expect(await last()).toEqual(entry);
  });

  test('tells traffic that was switched back by the watch apart from a rollback', async () => {
    const { exitCode } = await release.bluegreen('promote', ['--version=v0.6.0', '--yes', '--soak=30s']);
    expect(exitCode).toBe(6);
    expect((await history('--limit=2')).entries).toMatchObject([
      { kind: 'promote', to: 'green', toVersion: 'v0.6.0', outcome: 'rolled-back' },
      { kind: 'switch-back', from: 'green', to: 'blue', fromVersion: 'v0.6.0', outcome: 'complete' },
    ]);
  });

  test('tells a cleanup, and leaves the last operation as it was', async () => {
    const status = async () => JSON.parse((await release.bluegreen('status', ['-o', 'json'])).stdout).lastOperation;
    const before = await status();
    await succeed('cleanup', '--keep=1');
    expect(await last()).toMatchObject({ kind: 'cleanup', to: 'green', message: 'from 2 to 1 replicas' });
    expect(await status()).toEqual(before);
  });

  test('prints a table for people, oldest first', async () => {
    const { stdout } = await release.bluegreen('history');
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^AT +KIND +COLOR +VERSION +BY +OUTCOME$/);
    expect(lines[2]).toMatch(/ promote +blue -> green +v0\.1\.0 -> v0\.2\.0 +\S+@\S+ +complete$/);
    const wide = await release.bluegreen('history', ['-o', 'wide', '--limit=1']);
    expect(wide.stdout).toMatch(/ ID +OUTCOME\n.* complete: from 2 to 1 replicas$/);
  });

  test('brings an earlier revision of the other color back with rollback --to-revision', async () => {
    const { stdout } = await bluegreen(['history', 'shop-green', '-n', release.namespace, '-o', 'json']);
    const { revisions } = JSON.parse(stdout) as { revisions: Revision[] };
    const wanted = revisions.find(({ version }) => version === 'v0.2.0')?.revision;
    await succeed('rollback', `--to-revision=${wanted}`);
    expect(await last()).toMatchObject({ kind: 'rollback', to: 'green', toVersion: 'v0.2.0', outcome: 'complete' });
    const none = await release.bluegreen('rollback', ['--to-revision=99']);
    expect(none.exitCode).toBe(3);
    expect(none.stderr).toContain('unable to find specified revision 99 in history of deployment "shop-blue"');
  });

  test('keeps the newest 20, and none stands in the way of a promotion', async () => {
    const entry = await last();
    const many = Array.from({ length: 30 }, (_, index) => ({ ...entry, id: `old-${index}` }));
    await annotate(`${HISTORY_ANNOTATION}=${JSON.stringify(many)}`);
    await succeed('rollback', '--to=blue');
    const { entries } = await history();
    expect(entries).toHaveLength(20);
    expect(entries.at(-1)).toMatchObject({ kind: 'rollback', to: 'blue', outcome: 'complete' });
    expect(entries[0]?.id).toMatch(/^old-/);
  });

  test('begins again where somebody wrote nonsense into it, and the promotion goes on', async () => {
    await annotate(`${HISTORY_ANNOTATION}=oops`);
    const shown = await release.bluegreen('history');
    expect(shown.stderr).toContain('warning: the history of service "shop-active" was edited by hand');
    const { exitCode, stderr } = await release.bluegreen('promote', ['--to=green', '--yes']);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toContain('warning: the history of service "shop-active" was edited by hand');
    expect((await history()).entries).toMatchObject([{ kind: 'rollback' }, { kind: 'promote', to: 'green' }]);
  });

  test('of a release that was promoted before there was a history is its last operation', async () => {
    await annotate(`${HISTORY_ANNOTATION}-`);
    expect((await history()).entries).toMatchObject([{ kind: 'promote', to: 'green', outcome: 'complete' }]);
  });

  test('warns where the selector was changed by other means', async () => {
    const patch = JSON.stringify({ spec: { selector: { version: 'blue' } } });
    await kubectl('patch', 'service', 'shop-active', '-n', release.namespace, '-p', patch);
    const { stderr } = await release.bluegreen('history');
    expect(stderr).toMatch(
      /warning: traffic is on blue, but the promote by \S+ at \S+ moved it to green: kubectl-patch wrote/,
    );
  });

  test('of the release and of its colors may be read with the Role that rbac prints for view', async () => {
    const { stdout: role } = await release.bluegreen('rbac', ['--for=view', '-o', 'json']);
    await kubectlWith({ input: role }, 'apply', '-f', '-');
    const as = `--as=system:serviceaccount:${release.namespace}:shop-view`;
    expect(await release.bluegreen('history', [as])).toExitWith(0);
    const colored = await bluegreen(['history', 'shop-green', '-n', release.namespace, as]);
    expect(colored).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^REVISION/) });
    const other = await bluegreen(['history', 'nope', '-n', release.namespace, as]);
    expect(other).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('Error from server (Forbidden)') });
  });

  test('is refused where there is neither a release nor a Deployment of that name', async () => {
    const { exitCode, stderr } = await bluegreen(['history', 'nope', '-n', release.namespace]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('neither services "nope-active" nor deployments.apps "nope" found in namespace');
  });
});
