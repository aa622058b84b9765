import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { writeImageArchive } from '../app/images.js';
import { pod } from '../app/pod.js';
import { clusterNamed } from '../cluster/cluster.js';
import { clusterCommand } from '../cluster/exec.js';
import { existingContext } from '../cluster/existing.js';
import { clusterProcesses } from '../cluster/processes.js';
import { until } from '../cluster/wait.js';
import { createNamespace, deleteNamespace, kubectl, kubectlWith, run } from './support/cluster.js';

jest.setTimeout(120_000);

const CLI = ['--import', 'tsx', 'test/cluster/cli.ts'];

/** Runs the command line of test/cluster, as `npm run -s cluster --` does. */
const cli = (args: string[], options: { input?: string; env?: Record<string, string> } = {}) =>
  execa('node', [...CLI, ...args], { reject: false, ...options });

let namespace: string;

/** Runs JavaScript in the cluster's network. */
async function node(script: string, ...args: string[]): Promise<string> {
  const result = await run([process.execPath, '--input-type=module', '--eval', script, ...args]);
  if (result.exitCode !== 0) throw new Error(result.stderr);
  return result.stdout;
}

async function get(url: string): Promise<{ status: number; body: string }> {
  const script = `const r = await fetch(process.argv[1], { redirect: 'manual', signal: AbortSignal.timeout(2000) });
    console.log(JSON.stringify({ status: r.status, body: await r.text() }))`;
  return JSON.parse(await node(script, url));
}

/** Sets the faults of the sample application through its control path. */
async function setFaults(url: string, faults: string): Promise<void> {
  const script = `await fetch(process.argv[1], { method: 'POST', body: JSON.stringify({ faults: process.argv[2] }) })`;
  await node(script, `${url}/control`, faults);
}

const create = (object: object) => kubectlWith({ input: JSON.stringify(object) }, 'create', '-n', namespace, '-f', '-');
const ready = (name: string) =>
  kubectl('wait', '-n', namespace, '--for=condition=Ready', `pod/${name}`, '--timeout=60s');
const address = (name: string) => kubectl('get', 'pod', name, '-n', namespace, '--output=jsonpath={.status.podIP}');

beforeAll(async () => {
  namespace = await createNamespace('cluster');
  // What the images must pass: it refuses Pods that could run as root.
  await kubectl('label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
});

afterAll(async () => {
  await deleteNamespace(namespace);
});

describe('exec', () => {
  test('passes stdin, stdout, stderr and the exit code through', async () => {
    const { exitCode, stdout, stderr } = await cli(['exec', '--', 'sh', '-c', 'cat; echo bad >&2; exit 7'], {
      input: 'good',
    });
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 7, stdout: 'good', stderr: 'bad' });
  });

  test('exits with 128+n when signal n ended the program', async () => {
    const { exitCode } = await cli(['exec', '--', 'sh', '-c', 'kill -TERM $$']);
    expect(exitCode).toBe(143);
  });

  test('finds the built plugin through kubectl', async () => {
    const { exitCode, stdout } = await cli(['exec', '--', 'kubectl', 'plugin', 'list', '--name-only']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining('kubectl-bluegreen') });
  });
});

describe('up', () => {
  test('prints only the path of the kubeconfig, and leaves a running cluster as it is', async () => {
    const before = await kubectl('get', 'namespace', 'kube-system', '--output=jsonpath={.metadata.uid}');
    const { exitCode, stdout } = await cli(['up']);
    expect({ exitCode, file: existsSync(stdout) }).toEqual({ exitCode: 0, file: true });
    expect(await kubectl('get', 'namespace', 'kube-system', '--output=jsonpath={.metadata.uid}')).toBe(before);
  });

  test.each([
    [['up', 'twice'], 2, 'error: up takes no arguments, got "twice"'],
    [['start'], 2, 'error: unknown command "start"'],
    [['load', '/nonexistent.tar'], 1, 'error: image archive "/nonexistent.tar" not found'],
  ])('refuses %j', async (args, code, message) => {
    const { exitCode, stdout, stderr } = await cli(args);
    expect({ exitCode, stdout, line: stderr.split('\n')[0] }).toEqual({ exitCode: code, stdout: '', line: message });
  });
});

describe('the sample application', () => {
  beforeAll(async () => {
    await create(pod('good', 'engine-ops:v0.2.0'));
    await kubectl('expose', 'pod', 'good', '-n', namespace, '--port=80', '--target-port=3000');
    await ready('good');
  });

  test('serves its version and color through a ClusterIP', async () => {
    const service = await kubectl('get', 'service', 'good', '-n', namespace, '--output=jsonpath={.spec.clusterIP}');
    const url = `http://${service}/api/v1/health`;
    const { status, body } = await until(() => get(url), { what: url, timeoutMs: 10_000 });
    expect({ status, body: JSON.parse(body) }).toMatchObject({
      status: 200,
      body: { status: 'ok', version: 'v0.2.0', color: 'green', pod: 'good' },
    });
  });

  test('answers through kubectl port-forward', async () => {
    const { file, args, env } = clusterCommand(['kubectl', '-n', namespace, 'port-forward', 'pod/good', ':3000']);
    const forward = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const line = await new Promise<string>((resolve) => forward.stdout.once('data', (data) => resolve(`${data}`)));
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1];
      const { status, body } = await get(`http://127.0.0.1:${port}/metrics`);
      expect(status).toBe(200);
      expect(body).toMatch(/^http_requests_total\{version="v0\.2\.0",color="green",path="[^"]+",code="200"\} \d+$/m);
    } finally {
      forward.kill();
    }
  });

  test('fails as the control path says, until told otherwise', async () => {
    const url = `http://${await address('good')}:3000`;
    await setFaults(url, '/a=status:418;/b=flap:2:500;/c=redirect:/a;/d=huge:3000000;/e=hang;/f=close;/g=escapes');
    expect((await get(`${url}/a`)).status).toBe(418);
    expect([(await get(`${url}/b`)).status, (await get(`${url}/b`)).status]).toEqual([200, 500]);
    expect((await get(`${url}/c`)).status).toBe(302);
    expect((await get(`${url}/d`)).body.length).toBe(3_000_000);
    await expect(get(`${url}/e`)).rejects.toThrow('TimeoutError');
    await expect(get(`${url}/f`)).rejects.toThrow('fetch failed');
    expect((await get(`${url}/g`)).body).toContain('\u001b[2J');
    await setFaults(url, '');
    expect((await get(`${url}/a`)).status).toBe(200);
  });

  test.each([
    ['v0.3.0', 'is ready, but its health is 500', { health: 500, readiness: 200 }],
    ['v0.5.0', 'lives, but is never ready', { health: 200, readiness: 503 }],
  ])('%s %s', async (version, _what, { health, readiness }) => {
    const name = version.replaceAll('.', '-');
    await create(pod(name, `engine-ops:${version}`));
    const ip = await until(async () => (await address(name)) || undefined, { what: 'its address', timeoutMs: 20_000 });
    const answer = (path: string) => until(() => get(`http://${ip}:3000${path}`), { what: path, timeoutMs: 10_000 });
    expect((await answer('/api/v1/health')).status).toBe(health);
    expect((await answer('/api/v1/health/ready')).status).toBe(readiness);
  });

  test('v0.4.0 crashes at its start', async () => {
    await create(pod('v0-4-0', 'engine-ops:v0.4.0'));
    const state = '--output=jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}';
    const code = await until(async () => (await kubectl('get', 'pod', 'v0-4-0', '-n', namespace, state)) || undefined, {
      what: 'its crash',
      timeoutMs: 30_000,
    });
    expect(code).toBe('1');
  });

  test('ends by itself after SIGTERM, within its grace period', async () => {
    await create(pod('ending', 'engine-ops:v0.1.0'));
    await ready('ending');
    const log = kubectl('logs', '-n', namespace, '--follow', 'ending');
    await kubectl('delete', 'pod', 'ending', '-n', namespace);
    expect((await log).trimEnd().split('\n').at(-1)).toMatch(/ ended$/);
  });

  test('runs from an archive that a test made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bluegreen-image-'));
    try {
      const archive = await writeImageArchive(join(folder, 'image.tar'), [
        { reference: 'engine-ops:e2e', env: { APP_VERSION: 'e2e', FAULTS: '/=status:204' } },
      ]);
      expect(await cli(['load', archive])).toExitWith(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
    await create(pod('own', 'engine-ops:e2e'));
    await ready('own');
    expect((await get(`http://${await address('own')}:3000/`)).status).toBe(204);
  });
});

/** One that has ended stays in the table until the machine's first process has noticed. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

// A cluster of someone else's is not ours to end.
const testOwn = existingContext() === undefined ? test : test.skip;

testOwn('a killed up can be run again, and down leaves nothing of a cluster', async () => {
  const name = `e2e-${process.pid}`;
  const env = { BLUEGREEN_TEST_CLUSTER: name };
  const cluster = clusterNamed(name);
  const killed = execa('node', [...CLI, 'up'], { env, reject: false });
  await until(async () => clusterProcesses(cluster).length > 0 || undefined, { what: 'etcd', timeoutMs: 30_000 });
  killed.kill('SIGKILL');
  await killed;

  const up = await cli(['up'], { env });
  expect({ exitCode: up.exitCode, stdout: up.stdout }).toEqual({ exitCode: 0, stdout: cluster.kubeconfig });
  const made = await cli(['exec', '--', 'kubectl', 'run', 'pod', '--image=engine-ops:v0.1.0'], { env });
  expect(made.exitCode).toBe(0);
  const waited = await cli(['exec', '--', 'kubectl', 'wait', '--for=condition=Ready', 'pod/pod'], { env });
  expect(waited.exitCode).toBe(0);
  const pids = clusterProcesses(cluster).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThan(9);

  expect(await cli(['down'], { env })).toExitWith(0);
  expect(pids.filter(isAlive)).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(name);
  expect(existsSync(cluster.networkNamespace)).toBe(false);
  expect(existsSync(cluster.folder)).toBe(false);
  const hierarchies = readdirSync('/sys/fs/cgroup').map((hierarchy) =>
    join('/sys/fs/cgroup', hierarchy, cluster.cgroup),
  );
  expect([join('/sys/fs/cgroup', cluster.cgroup), ...hierarchies].filter((path) => existsSync(path))).toEqual([]);

  expect(await cli(['down'], { env })).toMatchObject({ exitCode: 0, stderr: `cluster "${name}" does not exist` });
});
