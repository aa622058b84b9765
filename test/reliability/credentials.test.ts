import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { until } from '../cluster/wait.js';
import { kubectl, run } from '../e2e/support/cluster.js';
import type { TestRelease } from '../e2e/support/release.js';
import { ownTemporaryFolder, removeTemporaryFolder, runThrough } from './support/cut-off.js';
import { type Exchange, shapeOf } from './support/faults.js';
import { recordFigure } from './support/figures.js';
import { createIdentity, type Identity } from './support/identity.js';
import { createWarmRelease } from './support/scenarios.js';

jest.setTimeout(180_000);

let release: TestRelease;
let identity: Identity;
let folder: string;
let kubeconfig: string;
const figure = { tried: 0, held: 0 };

/** As a cloud's credential plugin: prints a token, and says when it expires. */
const PLUGIN = `#!/bin/sh
echo called >>"$FOLDER/calls"
cat <<END
{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {
  "token": "$(cat "$FOLDER/token")", "expirationTimestamp": "$(date -u -d "$(cat "$FOLDER/lasts")" +%Y-%m-%dT%H:%M:%SZ)"}}
END
`;

const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').length;

beforeAll(async () => {
  release = await createWarmRelease('credentials');
  identity = await createIdentity(release.namespace);
  folder = mkdtempSync(join(tmpdir(), 'bluegreen-credentials-'));
  write('plugin.sh', PLUGIN);
  chmodSync(join(folder, 'plugin.sh'), 0o700);
  const apiVersion = 'client.authentication.k8s.io/v1';
  const env = [{ name: 'FOLDER', value: folder }];
  const exec = { apiVersion, command: join(folder, 'plugin.sh'), env, interactiveMode: 'Never' };
  kubeconfig = await identity.kubeconfig(folder, { exec });
});
beforeEach(() => write('calls', ''));
afterAll(async () => {
  recordFigure('credentials', {
    place: 3,
    promise: 'a token that expires or is revoked in the middle of a run: the run goes on with the next one, or says so',
    ...{ ...figure, unit: 'runs' },
  });
  rmSync(folder, { recursive: true });
  await release?.remove();
});

async function promote(to: string, more: readonly string[], at: (exchange: Exchange) => Promise<void> | undefined) {
  figure.tried += 1;
  const own = ownTemporaryFolder();
  const argv = [
    'promote',
    'shop',
    '--yes',
    `--to=${to}`,
    '-n',
    release.namespace,
    `--kubeconfig=${kubeconfig}`,
    ...more,
  ];
  const ended = await runThrough(argv, own, () => ({
    async at(exchange, boundary) {
      if (boundary === 'before') await at(exchange);
    },
  }));
  expect(removeTemporaryFolder(own)).toEqual([]);
  return ended;
}

const otherColor = async () => ((await release.activeColor()) === 'blue' ? 'green' : 'blue');

test('a token that lasts for 2 seconds is asked for again and again, and the run ends well', async () => {
  write('lasts', '2 seconds');
  write('token', await identity.token('short'));
  const to = await otherColor();
  const { exitCode, words } = await promote(to, ['--soak=6s'], () => undefined);
  expect({ exitCode, words }).toExitWith(0);
  expect(calls()).toBeGreaterThan(2);
  expect(await release.activeColor()).toBe(to);
  figure.held += 1;
});

/** The API server remembers for some seconds that a token is valid. */
async function revoke(secret: string): Promise<void> {
  const token = readFileSync(join(folder, 'token'), 'utf8');
  await kubectl('delete', 'secret', secret, '-n', release.namespace);
  write('token', await identity.token(`${secret}-next`));
  const old = await identity.kubeconfig(mkdtempSync(join(folder, 'old-')), { token });
  const refused = async () => {
    const { stderr } = await run(['kubectl', 'get', 'services', '-n', release.namespace, `--kubeconfig=${old}`]);
    return stderr.includes('Unauthorized') || stderr.includes('must be logged in') || undefined;
  };
  await until(refused, { what: 'the token to be refused', timeoutMs: 60_000 });
}

test.each([
  ['its verification', 'GET /apis/discovery.k8s.io/v1/namespaces/*/endpointslices'],
  ['the switch', 'PATCH /api/v1/namespaces/*/services/shop-active'],
])('a token that is revoked before %s: the exit code says where traffic is', async (_, shape) => {
  const secret = `revoked-${shape.split(' ')[0]?.toLowerCase()}`;
  write('lasts', '1 hour');
  write('token', await identity.token(secret));
  const [from, to] = [await release.activeColor(), await otherColor()];
  let revoked: Promise<void> | undefined;
  const { exitCode, words } = await promote(to, [], (exchange) => {
    if (shapeOf(exchange) !== shape || revoked) return undefined;
    revoked = revoke(secret);
    return revoked;
  });
  expect(revoked).toBeDefined();
  // The next request is refused, and has kubectl ask for the next token: a read is sent again, and the Lease's renewal may be it.
  const isRefused = shape.startsWith('PATCH') && exitCode === 3;
  if (isRefused) expect(words).toContain('Error from server (Unauthorized): Unauthorized');
  else expect({ exitCode, words }).toExitWith(0);
  expect(await release.activeColor()).toBe(isRefused ? from : to);
  if (isRefused) {
    const again = await promote(to, [], () => undefined);
    expect(again).toExitWith(0);
    figure.tried -= 1;
    expect(await release.activeColor()).toBe(to);
  }
  figure.held += 1;
});
