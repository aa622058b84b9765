import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { findKubectl, readClientVersion, readContext, startProxy } from '../../../plugin/kube/kubectl.js';
import { failure } from '../failure.js';
import { folderOf } from '../temporary.js';

/** A program in the place of kubectl; it writes its arguments, a line each, into a file beside it. */
function program(script: string) {
  const folder = folderOf({ kubectl: `#!/bin/sh\nprintf '%s\\n' "$@" > "\${0%/*}/args"\n${script}\n` });
  const path = join(folder, 'kubectl');
  chmodSync(path, 0o755);
  return { path, flags: ['--context=prod'], args: () => readFileSync(join(folder, 'args'), 'utf8').trim().split('\n') };
}

const SERVING = "echo 'Starting to serve on 127.0.0.1:4321'; exec sleep 60";

describe('findKubectl', () => {
  test.each([
    [{ KUBECTL: '/a/kubectl', KUBECTL_PATH: '/b/kubectl' }, '/a/kubectl'],
    [{ KUBECTL_PATH: '/b/kubectl' }, '/b/kubectl'],
    [{ KUBECTL: '', KUBECTL_PATH: '' }, 'kubectl'],
    [{}, 'kubectl'],
  ])('with %j is %s', (env, path) => {
    expect(findKubectl(env)).toBe(path);
  });
});

describe("kubectl's own version", () => {
  test('is read without asking the server', async () => {
    const kubectl = program(`echo '{"clientVersion":{"gitVersion":"v1.34.4","platform":"linux/arm64"}}'`);
    expect(await readClientVersion(kubectl)).toEqual({ version: 'v1.34.4', platform: 'linux/arm64' });
    expect(kubectl.args()).toEqual(['version', '--client', '--output=json']);
  });

  test.each(['exit 1', 'echo {}'])('is empty when kubectl does not say: %s', async (script) => {
    expect(await readClientVersion(program(script))).toEqual({ version: '', platform: '' });
  });
});

describe('startProxy', () => {
  test('serves on a socket that only this user can reach, and leaves nothing behind', async () => {
    const kubectl = program(SERVING);
    const proxy = await startProxy(kubectl, 'linux');
    const [verb, address, ...flags] = kubectl.args();
    const socket = address?.replace('--unix-socket=', '') ?? '';
    expect([verb, ...flags]).toEqual(['proxy', '--context=prod']);
    expect([proxy.http, proxy.webSocket]).toEqual([`unix:${socket}:`, `ws+unix:${socket}:`]);
    expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
    proxy.stop();
    expect(existsSync(dirname(socket))).toBe(false);
  });

  test('serves on Windows on a port of this machine, under a prefix that nobody can guess', async () => {
    const kubectl = program(SERVING);
    const proxy = await startProxy(kubectl, 'win32');
    const prefix =
      kubectl
        .args()
        .find((arg) => arg.startsWith('--api-prefix='))
        ?.slice('--api-prefix='.length) ?? '';
    expect(kubectl.args()).toEqual(expect.arrayContaining(['--address=127.0.0.1', '--port=0']));
    expect(prefix.length).toBeGreaterThanOrEqual(32);
    expect(proxy.http).toBe(`http://127.0.0.1:4321${prefix.slice(0, -1)}`);
    expect(proxy.webSocket).toBe(`ws://127.0.0.1:4321${prefix.slice(0, -1)}`);
    proxy.stop();
  });

  test('fails in the words of kubectl when it ends', async () => {
    const kubectl = program('echo \'error: context "prod" does not exist\' >&2; exit 1');
    await expect(startProxy(kubectl)).rejects.toThrow(failure(RefusedError, 'context "prod" does not exist'));
  });

  test('does without what ends it with this process where that does not know how', async () => {
    const kubectl = program(
      `[ -e "\${0%/*}/second" ] || { touch "\${0%/*}/second"; echo "setpriv: unrecognized option '--pdeathsig'" >&2; exit 1; }\n${SERVING}`,
    );
    const proxy = await startProxy(kubectl, 'linux');
    expect(kubectl.args()[0]).toBe('proxy');
    proxy.stop();
  });

  test('fails when there is no kubectl', async () => {
    await expect(startProxy({ path: '/nowhere/kubectl', flags: [] })).rejects.toThrow('cannot run /nowhere/kubectl');
  });
});

describe('readContext', () => {
  const config = (context: object) =>
    `echo '${JSON.stringify({ 'current-context': 'prod', contexts: [{ context }] })}'`;

  test.each([
    ['the namespace of the context', { namespace: 'store' }, 'store'],
    ['default where it names none', {}, 'default'],
    ['default where it names an empty one', { namespace: '' }, 'default'],
  ])('gives %s', async (_, context, namespace) => {
    const kubectl = program(config(context));
    expect(await readContext(kubectl)).toEqual({ name: 'prod', namespace });
    expect(kubectl.args()).toEqual(['config', 'view', '--minify', '-o', 'json', '--context=prod']);
  });

  test('has no name where there is no context, as within a Pod', async () => {
    expect(await readContext(program('exit 1'))).toEqual({ name: '', namespace: 'default' });
  });
});
