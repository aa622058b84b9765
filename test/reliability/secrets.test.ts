import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { bluegreen, kubectl } from '../e2e/support/cluster.js';
import { createRelease, SPEC, type TestRelease } from '../e2e/support/release.js';
import { recordFigure } from './support/figures.js';
import { createIdentity } from './support/identity.js';

jest.setTimeout(300_000);

const ENV_VALUE = 'geheim-env-7313';
const CHANGED_VALUE = 'geheim-env-changed-7313';
/** Set in the cluster, named by no manifest. */
const FOREIGN_VALUE = 'geheim-env-foreign-7313';

let release: TestRelease;
let folder: string;
let kubeconfig: string;
let token: string;
/** What every run printed, by its command line. */
const printed = new Map<string, string>();

const env = (value: string) => ({ env: { ...SPEC.env, PASSWORD: value } });

beforeAll(async () => {
  release = await createRelease('secrets', env(ENV_VALUE));
  const identity = await createIdentity(release.namespace);
  folder = mkdtempSync(join(tmpdir(), 'bluegreen-secrets-'));
  token = await identity.token('secrets');
  kubeconfig = await identity.kubeconfig(folder, { token });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await release?.remove();
});

/** Through a kubeconfig that holds the token, or with --token; always as verbose as kubectl can be. */
async function speak(args: readonly string[], how: 'kubeconfig' | 'flag' = 'kubeconfig'): Promise<number> {
  const common = ['-n', release.namespace, '-v=9', `--kubeconfig=${kubeconfig}`];
  const { exitCode, stdout, stderr } = await bluegreen([
    ...args,
    ...common,
    ...(how === 'flag' ? [`--token=${token}`] : []),
  ]);
  printed.set(`${args.join(' ')} (${how})`, `${stdout}\n${stderr}`);
  return exitCode;
}

test('no command prints a token or the value of an environment variable, however verbose', async () => {
  const dist = ['-f', release.dist];
  expect(await speak(['deploy', 'shop', ...dist, '--dry-run', '-o', 'yaml'])).toBe(0);
  expect(await speak(['deploy', 'shop', ...dist])).toBe(0);
  release.synth(env(CHANGED_VALUE));
  await kubectl('set', 'env', 'deployment/shop-blue', '-n', release.namespace, `FOREIGN=${FOREIGN_VALUE}`);
  await kubectl('rollout', 'status', 'deployment/shop-blue', '-n', release.namespace, '--timeout=60s');
  for (const format of [[], ['-o', 'json'], ['-o', 'yaml'], ['-o', 'markdown']]) {
    await speak(['diff', 'shop', ...dist, ...format]);
  }
  const outcome = join(folder, 'outcome.json');
  expect(await speak(['promote', 'shop', ...dist, '--yes', '--version=v0.2.0', '-o', 'json'], 'flag')).toBe(0);
  writeFileSync(outcome, /\{[\s\S]*\}\n/.exec(printed.get([...printed.keys()].at(-1) ?? '') ?? '')?.[0] ?? '');
  expect(await speak(['promote', 'shop', '--yes', '--version=v0.3.0', '--check-retries=1'])).toBe(3);
  expect(await speak(['promote', 'shop', '--yes', '--version=v0.4.0', '--timeout=20s'])).toBe(3);
  expect(await speak(['rollback', 'shop', '-o', 'yaml'], 'flag')).toBe(0);
  for (const format of [[], ['-o', 'wide'], ['-o', 'json'], ['-o', 'yaml'], ['-o', 'name']])
    expect(await speak(['status', 'shop', ...format])).toBe(0);
  for (const format of [[], ['-o', 'json']]) expect(await speak(['history', 'shop', ...format])).toBe(0);
  for (const format of [[], ['-o', 'json']]) await speak(['doctor', 'shop', ...format]);
  expect(await speak(['verify', 'shop', '-o', 'json'])).toBe(0);
  expect(await speak(['logs', 'shop', '--tail=5'])).toBe(0);
  expect(await speak(['cleanup', 'shop', '--dry-run', '-o', 'json'])).toBe(0);
  expect(await speak(['summary', outcome])).toBe(0);
  expect(await speak(['rbac', 'shop'])).toBe(0);

  // To show what manifests state is what diff is for.
  const secrets = (command: string) =>
    command.startsWith('diff') ? [token, FOREIGN_VALUE] : [token, FOREIGN_VALUE, ENV_VALUE, CHANGED_VALUE];
  const leaks = [...printed].filter(([command, text]) => secrets(command).some((secret) => text.includes(secret)));
  recordFigure('secrets', {
    place: 8,
    promise: 'no token and no value of an environment variable in what is printed at -v=9',
    tried: printed.size,
    held: printed.size - leaks.length,
    unit: 'commands',
  });
  expect(leaks.map(([command]) => command)).toEqual([]);
  // What is printed is looked at: the namespace stands in it.
  expect([...printed.values()].every((text) => text.trim().length > 0)).toBe(true);
});
