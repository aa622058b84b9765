import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { until } from '../cluster/wait.js';
import { bluegreen, kubectl, kubectlWith, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { endAll, startBluegreen, startOnTerminal } from './support/running.js';

jest.setTimeout(120_000);

const ESCAPE = '\u001b';
const HOME = `${ESCAPE}[H`;
const SHOW_CURSOR = `${ESCAPE}[?25h`;
const LEAVE = `${ESCAPE}[?1049l`;

/** The lines that a terminal shows after all this was written to it. */
function shown(written: string): string[] {
  const frame = written.slice(written.lastIndexOf(HOME) + HOME.length);
  return frame
    .split('\r\n')
    .map((line) => line.split(`${ESCAPE}[K`)[0] ?? '')
    .map((line) => line.replaceAll(`${ESCAPE}[34m`, '').replaceAll(`${ESCAPE}[32m`, '').replaceAll(`${ESCAPE}[0m`, ''));
}

describe('status', () => {
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('status');
    await release.install();
  });
  afterAll(async () => {
    endAll();
    await release?.remove();
  });

  async function promoteTo(color: string): Promise<void> {
    const { exitCode, stderr } = await release.bluegreen('promote', ['--yes', `--to=${color}`]);
    expect({ exitCode, stderr }).toExitWith(0);
  }

  test('shows every Pod of both colors', async () => {
    const { exitCode, stdout } = await release.bluegreen('status');
    expect(exitCode).toBe(0);
    const pods = stdout.split('\n').filter((line) => line.startsWith('shop-'));
    expect(pods).toHaveLength(4);
    for (const pod of pods) expect(pod).toMatch(/^shop-(blue|green)-\S+ +1\/1 +Running +0 +\d+m?\d*s +v0\.1\.0$/);
    const json = JSON.parse((await release.bluegreen('status', ['-o', 'json'])).stdout);
    expect(json.idle.pods).toHaveLength(2);
    expect(json.idle.pods[0]).toMatchObject({ ready: true, status: 'Running', restarts: 0, lastRestartAt: null });
  });

  test('on a terminal --watch shows a switch in place, and leaves the terminal as it was', async () => {
    const watching = startOnTerminal(60, 'status', 'shop', '-n', release.namespace, '--watch');
    await watching.until('traffic on blue', (out) => shown(out).some((line) => /^blue +active/.test(line)));
    await promoteTo('green');
    await watching.until('traffic on green', (out) => shown(out).some((line) => /^green +active/.test(line)));
    await watching.until('the end', (out) => shown(out).join(' ').includes('complete'));
    const lines = shown(watching.out());
    expect(lines.filter((line) => line.includes('Running'))).toHaveLength(4);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    // As the user would: the terminal makes a signal of it.
    watching.type('\u0003');
    expect(await watching.ended()).toBe(130);
    const [during = '', after = ''] = watching.out().split(LEAVE);
    expect(during.endsWith(SHOW_CURSOR)).toBe(true);
    expect(after).toMatch(/green +active/);
    expect(after).not.toContain('error');
  });

  test('off a terminal --watch prints each state anew, without escape codes', async () => {
    const watching = startBluegreen('status', 'shop', '-n', release.namespace, '--watch');
    await watching.until('traffic on green', (out) => /^green +active/m.test(out));
    await promoteTo('blue');
    await watching.until('traffic on blue', (out) => /^blue +active/m.test(out));
    await watching.until(
      'the end',
      (out) => out.trimEnd().split('\n\nRelease:').at(-1)?.includes(': complete') === true,
    );
    const before = watching.out();
    expect(await watching.end('SIGINT')).toBe(130);
    expect(watching.out()).toBe(before);
    expect(watching.out()).not.toContain(ESCAPE);
    expect(watching.err()).toBe('');
  });

  test('--watch -o json prints a document for each change', async () => {
    const watching = startBluegreen('status', 'shop', '-n', release.namespace, '-w', '-o', 'json');
    await watching.until('a document', (out) => out.endsWith('}\n'));
    await kubectl('scale', 'deployment/shop-green', '--replicas=1', '-n', release.namespace);
    const documents = () =>
      watching
        .out()
        .split(/^(?=\{)/m)
        .map((text) => JSON.parse(text));
    await watching.until('green with one Pod', () => {
      const last = documents().at(-1);
      return last.idle.desired === 1 && last.idle.pods.length === 1;
    });
    expect(documents()[0].idle).toMatchObject({ desired: 2, ready: 2 });
    expect(await watching.end('SIGTERM')).toBe(143);
  });

  test('a Pod that crashes is shown as kubectl shows it, with its restarts', async () => {
    await kubectl('set', 'image', 'deployment/shop-green', 'shop=engine-ops:v0.4.0', '-n', release.namespace);
    const crashing = async () => {
      const { idle } = JSON.parse((await release.bluegreen('status', ['-o', 'json'])).stdout);
      return idle.pods.find((pod: { status: string }) => pod.status === 'CrashLoopBackOff');
    };
    const pod = await until(crashing, { what: 'a Pod that crashes', timeoutMs: 60_000 });
    expect(pod).toMatchObject({ ready: false, version: 'v0.4.0', lastRestartAt: expect.stringMatching(/^20.*Z$/) });
    expect(pod.restarts).toBeGreaterThan(0);
    const { stdout } = await release.bluegreen('status');
    expect(stdout).toMatch(/^shop-green-\S+ +0\/1 +(CrashLoopBackOff|Error) +[1-9]\d* \(\d+s ago\)/m);
  });

  test('the Role that rbac prints for it is enough to watch, and to follow logs', async () => {
    const { stdout } = await release.bluegreen('rbac', ['--for=watch', '-o', 'json']);
    await kubectlWith({ input: stdout }, 'apply', '-f', '-');
    const as = `--as=system:serviceaccount:${release.namespace}:shop-watch`;
    for (const [verb, words] of [
      ['status', 'COLOR'],
      ['logs', 'listens'],
    ] as const) {
      const flag = verb === 'status' ? '--watch' : '--follow';
      const running = startBluegreen(verb, 'shop', '-n', release.namespace, flag, as);
      await running.until(words, (out) => out.includes(words));
      expect(await running.end('SIGINT')).toBe(130);
      expect(running.err()).toBe('');
    }
  });

  test('without a name every release is shown, of the namespace or of all', async () => {
    const other = await createRelease('status-other');
    try {
      await other.bluegreen('deploy', ['-f', other.dist]);
      const own = await bluegreen(['status', '-n', release.namespace]);
      expect(own.stdout.split('\n')[0]).toMatch(/^RELEASE +ACTIVE +VERSION +READY +IDLE +VERSION +READY +LAST$/);
      expect(own.stdout).toMatch(/^shop +blue +v0\.1\.0 +2\/2 +green +v0\.4\.0 +\d\/1 +promote \S+ ago$/m);
      const all = JSON.parse((await bluegreen(['status', '-A', '-o', 'json'])).stdout);
      const namespaces = all.items.map((item: { namespace: string }) => item.namespace);
      expect(namespaces).toEqual(expect.arrayContaining([release.namespace, other.namespace]));
      const table = await bluegreen(['status', '--all-namespaces']);
      expect(table.stdout).toMatch(new RegExp(`^${other.namespace} +shop +blue +v0\\.1\\.0 +2/2`, 'm'));
    } finally {
      await other.remove();
    }
  });

  test('where there is no release it says so and ends well, as kubectl get', async () => {
    expect(await bluegreen(['status', '-n', 'kube-node-lease'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'No releases found in kube-node-lease namespace.',
    });
  });

  test.each([
    [
      'a name and all namespaces',
      ['status', 'shop', '-A'],
      2,
      'a release cannot be retrieved by name across all namespaces',
    ],
    ['to watch a release that does not exist', ['status', 'cart', '-w'], 3, 'services "cart-active" not found'],
  ])('%s is refused', async (_, args, code, message) => {
    const { exitCode, stdout, stderr } = await run(['kubectl', 'bluegreen', ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(message);
  });
});
