import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { clusterCommand } from '../cluster/exec.js';
import { kubectl } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(120_000);

/** A builder that works until a file is there; what it "builds" is on the node already. */
const BUILDER = `#!/bin/sh
if [ "$1" = --version ]; then echo "nerdctl version 1.7.6"; exit; fi
echo building
while [ ! -e "$GATE" ]; do sleep 0.05; done
`;

const folder = mkdtempSync(join(tmpdir(), 'bluegreen-builder-'));
const gate = join(folder, 'gate');
let release: TestRelease;

beforeAll(async () => {
  const program = join(folder, 'nerdctl');
  writeFileSync(program, BUILDER);
  chmodSync(program, 0o755);
  release = await createRelease('builds', { replicas: 1 });
  await release.install();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await release?.remove();
});
beforeEach(() => rmSync(gate, { force: true }));

/** Runs a promotion, and does something as soon as its build is under way. */
async function whileBuilding(
  act: (kill: (signal: NodeJS.Signals) => void) => unknown,
): Promise<{ exitCode: number | null; stderr: string }> {
  const flags = ['--build', '--builder=nerdctl', '--version=v0.2.0', '--yes', '-n', release.namespace];
  const { file, args, env } = clusterCommand(['kubectl-bluegreen', 'promote', 'shop', ...flags]);
  const child = spawn(file, args, {
    env: { ...env, PATH: [folder, env.PATH].join(delimiter), GATE: gate },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  let acting: Promise<unknown> | undefined;
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (line === '  building') acting = Promise.resolve(act((signal) => child.kill(signal)));
  });
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  await acting;
  return { exitCode, stderr: lines.join('\n') };
}

const point = (color: string) =>
  kubectl(
    'patch',
    'service',
    'shop-active',
    '-n',
    release.namespace,
    '-p',
    `{"spec":{"selector":{"version":"${color}"}}}`,
  );

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a build that is cut off by %s changes nothing and gives the Lease back', async (signal, exitCode) => {
  const before = await release.fingerprint();
  const cut = await whileBuilding((kill) => kill(signal));
  expect(cut.exitCode).toBe(exitCode);
  expect(cut.stderr).toMatch(new RegExp(`^error: interrupted by ${signal}$`, 'm'));
  expect(await release.fingerprint()).toEqual(before);
});

test('a second run is told who builds, before it builds itself', async () => {
  const second: { exitCode?: number; stderr?: string } = {};
  const first = await whileBuilding(async () => {
    const env = { PATH: [folder, clusterCommand(['true']).env.PATH].join(delimiter), GATE: gate };
    const flags = ['--build', '--builder=nerdctl', '--version=v0.2.0', '--yes'];
    Object.assign(second, await release.bluegreen('promote', flags, { env }));
    writeFileSync(gate, '');
  });
  expect(second.exitCode).toBe(4);
  expect(second.stderr).not.toContain('building');
  expect(first.exitCode).toBe(0);
  expect(await release.activeColor()).toBe('green');
});

test('traffic that was moved to the color by hand while its image was built is not touched', async () => {
  await release.bluegreen('rollback');
  const version = { ...(await release.bluegreen('deploy', ['--version=v0.1.0'])) };
  expect(version.exitCode).toBe(0);
  const lost = await whileBuilding(async () => {
    await point('green');
    writeFileSync(gate, '');
  });
  expect(lost.exitCode).toBe(4);
  expect(lost.stderr).toMatch(/^error: traffic moved to green while its image was built: run the command again$/m);
  expect(await release.activeColor()).toBe('green');
});
