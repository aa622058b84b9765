import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clusterCommand } from '../cluster/exec.js';
import { until } from '../cluster/wait.js';
import { getJson, type Result, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { bindPromoter, grant, rulesWithout } from './support/rules.js';
import { warnUntil } from './support/warnings.js';

jest.setTimeout(180_000);

function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

/** A process that has ended but was not yet asked for its exit code is no longer alive. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('after the switch, and when a run is cut off', () => {
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('watch');
    await release.install();
  });
  afterAll(() => release?.remove());

  /** Starts a promotion, sends it a signal as soon as it says something, and waits until nothing of it runs any more. */
  async function interrupt(args: string[], words: string, signal: NodeJS.Signals): Promise<number | null> {
    const command = ['kubectl-bluegreen', 'promote', 'shop', '-n', release.namespace, ...args] as const;
    const { file, args: rest, env } = clusterCommand([...command]);
    const child = spawn(file, rest, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let children: number[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!line.includes(words)) return;
      children = childrenOf(child.pid);
      child.kill(signal);
    });
    const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
    const gone = async () => (children.some(isAlive) ? undefined : true);
    await until(gone, { what: 'the processes that the run started to end', timeoutMs: 10_000 });
    return code;
  }

  test('a version that crashes after it became ready is switched away from again (exit 6)', async () => {
    const { exitCode, stdout, stderr } = await release.bluegreen('promote', [
      '--version=v0.6.0',
      '--yes',
      '--soak=60s',
      '-o',
      'json',
    ]);
    expect({ exitCode, stderr }).toExitWith(6);
    expect(stderr).toMatch(/green was unhealthy after the switch: .*; traffic is back on blue/);
    expect(JSON.parse(stdout)).toMatchObject({ active: { color: 'blue' }, phase: 'watch', exitCode: 6 });
    expect(await release.activeColor()).toBe('blue');
    const preview = await getJson<{ spec: { selector: { version: string } } }>(
      'service',
      'shop-preview',
      '-n',
      release.namespace,
    );
    expect(preview.spec.selector.version).toBe('green');
  });

  /** Promotes, and warns about a Pod of the color as long as that is watched: as the kubelet would, of a failed probe. */
  async function promoteAndWarn(args: string[]): Promise<Result> {
    const command = ['kubectl', 'bluegreen', 'promote', 'shop', '-n', release.namespace, '--yes', ...args];
    const { file, args: rest, env } = clusterCommand(command as [string, ...string[]]);
    const child = spawn(file, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    let warning: Promise<void> | undefined;
    child.stdout.on('data', (data) => {
      output.stdout += data;
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      output.stderr += `${line}\n`;
      if (line.includes('• watch ')) warning ??= warnUntil(release.namespace, () => child.exitCode !== null);
    });
    const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
    await warning;
    return { exitCode, ...output };
  }

  const WARNED =
    /pod "shop-green-\S+": warning Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503/;

  test('a new warning event about one of its Pods switches back too (exit 6)', async () => {
    const { exitCode, stdout, stderr } = await promoteAndWarn(['--version=v0.2.0', '--soak=60s', '-o', 'json']);
    expect({ exitCode, stderr }).toExitWith(6);
    expect(stderr).toMatch(WARNED);
    expect(JSON.parse(stdout)).toMatchObject({ active: { color: 'blue' }, phase: 'watch', exitCode: 6 });
    expect(await release.activeColor()).toBe('blue');
  });

  test('without automaticRollback traffic stays (exit 5), and the command that is advised moves it back', async () => {
    release.synth({ promotion: { soakSeconds: 60, automaticRollback: false } });
    const { exitCode, stderr } = await promoteAndWarn(['-f', release.dist, '--version=v0.2.0']);
    expect({ exitCode, stderr }).toExitWith(5);
    expect(stderr).toMatch(WARNED);
    expect(await release.activeColor()).toBe('green');
    const advised = /roll back with "(kubectl bluegreen rollback [^"]+)"/.exec(stderr)?.[1]?.split(' ') ?? [];
    expect(advised).toEqual([
      'kubectl',
      ...`bluegreen rollback shop --namespace ${release.namespace} --to blue`.split(' '),
    ]);
    expect(await run(advised as [string, ...string[]])).toExitWith(0);
    expect(await release.activeColor()).toBe('blue');
  });

  test('goes on without events where they may not be read, and says so once', async () => {
    await grant(release.namespace, rulesWithout('events'));
    const as = await bindPromoter(release.namespace);
    const { exitCode, stderr } = await release.bluegreen('promote', ['--to=green', '--yes', '--soak=2s', as]);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr.match(/warning: events of namespace "\S+" may not be read/g)).toHaveLength(1);
    expect(await release.bluegreen('rollback', ['--to=blue'])).toExitWith(0);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s before the switch puts the idle color back and ends with %i', async (signal, code) => {
    await release.bluegreen('deploy', ['--version=v0.1.0']);
    const before = await release.fingerprint();
    expect(await interrupt(['--version=v0.5.0', '--yes'], 'wait until every Pod', signal)).toBe(code);
    expect(await release.fingerprint()).toEqual(before);
  });

  test('a promotion that was killed after its switch is finished by the same command', async () => {
    expect(await interrupt(['--yes'], 'point service/shop-preview', 'SIGKILL')).toBe(null);
    expect(await release.activeColor()).toBe('green');
    await run(['kubectl', 'delete', 'lease', 'shop-bluegreen', '-n', release.namespace]);
    const { exitCode, stderr } = await release.bluegreen('promote', ['--yes']);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(stderr).toContain('finishing the operation that was cut off');
    expect(await release.activeColor()).toBe('green');
    const status = JSON.parse((await release.bluegreen('status', ['-o', 'json'])).stdout);
    expect(status.lastOperation).toMatchObject({ from: 'blue', to: 'green', outcome: 'complete' });
  });
});
