import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { until } from '../cluster/wait.js';
import { getJson, kubectl, kubectlWith, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { endAll, type Running, startBluegreen } from './support/running.js';

jest.setTimeout(120_000);

interface LogObject {
  time: string;
  color: string;
  pod: string;
  container: string;
  line: string;
}

describe('logs', () => {
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('logs');
    await release.install();
  });
  afterAll(async () => {
    endAll();
    await release?.remove();
  });

  const follow = (...args: string[]): Running =>
    startBluegreen('logs', 'shop', '-n', release.namespace, '--follow', ...args);

  async function logs(...args: string[]): Promise<string[]> {
    const { exitCode, stdout, stderr } = await release.bluegreen('logs', args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    return stdout.split('\n').filter(Boolean);
  }

  /** The Pods of a color, once those that end are gone. */
  async function podsOf(color: string): Promise<string[]> {
    const args = ['pods', '-n', release.namespace, '-l', `app=shop,version=${color}`];
    const settled = async () => {
      const { items } = await getJson<{ items: { metadata: { name: string } }[] }>(...args);
      return items.length === 2 ? items.map(({ metadata }) => metadata.name) : undefined;
    };
    return until(settled, { what: `two Pods of ${color}`, timeoutMs: 30_000 });
  }

  /** Tells the application of a Pod how to misbehave, which it logs. */
  async function tellPod(pod: string, faults: string): Promise<void> {
    const path = `/api/v1/namespaces/${release.namespace}/pods/${pod}:3000/proxy/control`;
    await kubectlWith({ input: JSON.stringify({ faults }) }, 'create', '--raw', path, '-f', '-');
  }

  test('shows both colors, each line after its color and Pod', async () => {
    const lines = await logs();
    for (const color of ['blue', 'green'])
      for (const pod of await podsOf(color))
        expect(lines.join('\n')).toMatch(new RegExp(`^\\[${color} ${pod}\\] .*\\(${color}\\) listens`, 'm'));
    expect((await logs('green')).every((line) => line.startsWith('[green '))).toBe(true);
    expect((await logs('active')).every((line) => line.startsWith('[blue '))).toBe(true);
  });

  test('gives a script an object a line, in the order of their times', async () => {
    const objects = (await logs('-o', 'json', '--tail=-1')).map((line) => JSON.parse(line) as LogObject);
    expect(objects).toHaveLength(4);
    expect(objects[0]).toMatchObject({ container: 'shop', line: expect.stringContaining('listens') });
    expect(objects.map(({ time }) => time)).toEqual(objects.map(({ time }) => time).sort());
  });

  test('--follow picks up the Pods of a promotion, and ends with 130 and without a word', async () => {
    const following = follow('--tail=-1', '--timestamps');
    await following.until('all Pods', (out) => (out.match(/listens/g) ?? []).length === 4);
    const { exitCode, stderr } = await release.bluegreen('promote', ['--version=v0.2.0', '--yes']);
    expect({ exitCode, stderr }).toExitWith(0);
    await following.until(
      'the new Pods of green',
      (out) => (out.match(/^\[green shop-green-\S+\] 20\S+Z .* v0\.2\.0 \(green\) listens/gm) ?? []).length === 2,
    );
    expect(await following.end('SIGINT')).toBe(130);
    expect(following.err()).toBe('');
    for (const line of following.out().trimEnd().split('\n'))
      expect(line).toMatch(/^\[(blue|green) shop-\S+\] 20\S+Z /);
  });

  test('--since-promote leaves out what was logged before traffic moved', async () => {
    const [pod = ''] = await podsOf('green');
    await tellPod(pod, '');
    const lines = await logs('--since-promote');
    expect(lines).toEqual([expect.stringMatching(new RegExp(`^\\[green ${pod}\\] .* faults: ""$`))]);
    expect((await logs('green')).join('\n')).toContain('listens');
  });

  test('a container that restarts is taken up again, and --previous has what it said before', async () => {
    const [pod = ''] = await podsOf('green');
    const following = follow('green', '--tail=1');
    await following.until('the last line of each Pod', (out) => out.split('\n').length === 3);
    const before = following.out().length;
    await tellPod(pod, 'process=exit:1').catch(() => undefined);
    await following.until(
      'the end of the container',
      (out) => out.includes(`[green ${pod}]`) && out.includes('exit, as told'),
    );
    await following.until('its restart', (out) => new RegExp(`\\[green ${pod}\\].*listens`).test(out.slice(before)));
    expect(await following.end('SIGINT')).toBe(130);
    await kubectl('wait', `pod/${pod}`, '--for=condition=Ready', '--timeout=60s', '-n', release.namespace);
    const previous = await logs('green', '--previous', '--prefix=false');
    expect(previous.at(-1)).toMatch(/exit, as told$/);
    const { exitCode, stderr } = await release.bluegreen('logs', ['blue', '--previous']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: 'error: no container of "shop" has restarted: there is no previous log',
    });
  });

  test('nothing that a Pod writes can steer the terminal, and a reader may leave', async () => {
    const [pod = ''] = await podsOf('blue');
    await tellPod(pod, 'log=escapes');
    const command = `set -o pipefail; kubectl bluegreen logs shop blue -n ${release.namespace} -f --since=1s | head -2`;
    const { exitCode, stdout, stderr } = await run(['bash', '-c', command]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('\\u001b[2J\\u001b[31mred');
    expect(stdout).not.toMatch(/\p{Cc}(?<!\n)/u);
    await tellPod(pod, '');
  });

  test.each([
    ['a color that is none', ['red'], 2, 'error: invalid color "red": want blue, green, active or idle'],
    ['lines that are none', ['--tail=many'], 2, 'error: invalid number "many" for --tail'],
    [
      'a container that is none',
      ['-c', 'proxy'],
      3,
      'error: container "proxy" not found in the Pods of "shop": they have shop',
    ],
  ])('%s is refused', async (_, args, code, message) => {
    const { exitCode, stdout, stderr } = await release.bluegreen('logs', args);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('a release that is none is refused', async () => {
    const { exitCode, stderr } = await run(['kubectl', 'bluegreen', 'logs', 'cart', '-n', release.namespace]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining('"cart-active" not found'),
    });
  });
});
