import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';
import { UNDO_ANNOTATION } from '../../charts/names.js';
import type { UndoOutcome } from '../../plugin/commands/undo/outcome.js';
import { until } from '../cluster/wait.js';
import { startServiceLoad } from '../load/start.js';
import {
  bluegreen,
  type CallOptions,
  createNamespace,
  deleteNamespace,
  getJson,
  kubectl,
  kubectlWith,
  run,
} from './support/cluster.js';

jest.setTimeout(300_000);

const httpGet = (path: string) => ({ httpGet: { path, port: 'http' }, periodSeconds: 1 });

/** A Deployment as a team has it that knows nothing of colors, and its Service. */
const CART = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'cart', annotations: { 'kubernetes.io/change-cause': 'first' } },
  spec: {
    replicas: 2,
    strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    selector: { matchLabels: { app: 'cart' } },
    template: {
      metadata: { labels: { app: 'cart' } },
      spec: {
        terminationGracePeriodSeconds: 10,
        containers: [
          {
            name: 'web',
            image: 'engine-ops:v0.1.0',
            imagePullPolicy: 'IfNotPresent',
            env: [{ name: 'PORT', value: '3000' }],
            ports: [{ name: 'http', containerPort: 3000 }],
            readinessProbe: httpGet('/health/ready'),
            livenessProbe: httpGet('/health/live'),
            lifecycle: { preStop: { exec: { command: ['sleep', '3'] } } },
          },
        ],
      },
    },
  },
};
const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'cart' },
  spec: { selector: { app: 'cart' }, ports: [{ port: 80, targetPort: 'http' }] },
};

interface Live {
  metadata: { uid: string; annotations: Record<string, string> };
  spec: { template: { spec: { containers: { image: string }[] } } };
}

describe('undo of a plain Deployment', () => {
  let namespace: string;
  const call = (verb: string, args: readonly string[] = [], options?: CallOptions) =>
    bluegreen([verb, 'cart', '-n', namespace, ...args], options);
  const live = () => getJson<Live>('deployment', 'cart', '-n', namespace);
  const image = async () => (await live()).spec.template.spec.containers[0]?.image;
  const rollOut = async (version: string, cause: string) => {
    await kubectl('set', 'image', 'deployment/cart', `web=engine-ops:${version}`, '-n', namespace);
    await kubectl('annotate', 'deployment/cart', `kubernetes.io/change-cause=${cause}`, '--overwrite', '-n', namespace);
  };
  const settled = () => kubectl('rollout', 'status', 'deployment/cart', '-n', namespace, '--timeout=60s');
  const revisionOf = async (version: string): Promise<number> => {
    const { stdout } = await call('history', ['-o', 'json']);
    const { revisions } = JSON.parse(stdout) as { revisions: { version: string; revision: number }[] };
    return revisions.find((one) => one.version === version)?.revision ?? -1;
  };
  const toRevision = async (version: string) => `--to-revision=${await revisionOf(version)}`;

  beforeAll(async () => {
    namespace = await createNamespace('undo');
    const input = [CART, SERVICE].map((object) => stringify(object)).join('---\n');
    await kubectlWith({ input }, 'apply', '-n', namespace, '-f', '-');
    await settled();
    await rollOut('v0.2.0', 'second');
    await settled();
  });
  afterAll(() => (namespace ? deleteNamespace(namespace) : undefined));

  test('history lists its revisions, with versions and why they were made', async () => {
    const { stdout } = await call('history');
    expect(stdout).toMatch(/^REVISION +VERSION +PODS +CREATED +CHANGE-CAUSE\n1 +v0\.1\.0 +0\/0 +\S+ +first\n/);
    expect(stdout).toMatch(/2 \(current\) +v0\.2\.0 +2\/2 +\S+ +second$/);
    expect(stdout).not.toContain('Last undo');
  });

  test('a dry run says what would be done and changes nothing', async () => {
    const before = await live();
    const { exitCode, stdout } = await call('undo', ['--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('from revision 2 (v0.2.0) to revision 1 (v0.1.0)');
    expect(stdout).toContain('verify every Pod: readiness 3000/health/ready, liveness 3000/health/live');
    expect((await live()).metadata).toEqual(before.metadata);
    expect((await getJson<{ items: [] }>('leases', '-n', namespace)).items).toEqual([]);
  });

  test('goes back to the previous version under load without losing a request, and verifies every Pod', async () => {
    const load = await startServiceLoad(namespace, 'cart', { clients: 16, pauseMs: 2 });
    const seen = async () => Object.keys((await load.report()).answers.newConnections).join();
    const answers = (version: string) =>
      until(async () => ((await seen()).includes(version) ? true : undefined), {
        what: `answers of ${version}`,
        timeoutMs: 60_000,
      });
    await answers('v0.2.0');
    const { exitCode, stdout, stderr } = await call('undo', ['-o', 'json']);
    expect({ exitCode, stderr }).toExitWith(0);
    await answers('v0.1.0');
    expect(await load.stop()).toMatchObject({ failed: 0, failures: [] });
    const outcome = JSON.parse(stdout) as UndoOutcome;
    expect(outcome).toMatchObject({
      deployment: 'cart',
      operation: 'undo',
      phase: 'complete',
      from: { revision: 2, version: 'v0.2.0' },
      to: { revision: 1, version: 'v0.1.0', images: ['engine-ops:v0.1.0'] },
      exitCode: 0,
    });
    expect(outcome.steps.find((step) => (step as { kind: string }).kind === 'verify')).toMatchObject({
      verified: [{ checks: [{ name: 'readiness' }, { name: 'liveness' }] }, {}],
    });
    expect(stdout).not.toContain('"env"');
    expect(await image()).toBe('engine-ops:v0.1.0');
  });

  test('leaves a record, and brings the reason of the revision back', async () => {
    const { metadata } = await live();
    expect(metadata.annotations['kubernetes.io/change-cause']).toBe('first');
    expect(JSON.parse(metadata.annotations[UNDO_ANNOTATION] ?? '')).toMatchObject({ from: 2, outcome: 'complete' });
    expect((await call('history')).stdout).toMatch(
      /^Last undo: from revision 2 \(v0\.2\.0\) to 1 \(v0\.1\.0\) by .*: complete\n/,
    );
  });

  test('DEPLOYMENT_TYPE=rolling rollback --to-revision is the same', async () => {
    const env = { DEPLOYMENT_TYPE: 'rolling' };
    const { exitCode, stdout, stderr } = await call('rollback', [await toRevision('v0.2.0')], { env });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('cart runs v0.2.0') });
    expect(stdout).toBe('deployment.apps/cart rolled back');
    expect(await image()).toBe('engine-ops:v0.2.0');
  });

  test('has nothing to do for the revision that it is at', async () => {
    const { exitCode, stderr } = await call('undo', [await toRevision('v0.2.0')]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /nothing to do: the template of deployment "cart" already is that of revision \d+ \(v0\.2\.0\)/,
    );
  });

  test('gets a rollout that hangs out of the way', async () => {
    await rollOut('v0.5.0', 'third');
    await until(async () => ((await revisionOf('v0.5.0')) > 0 ? true : undefined), {
      what: 'the revision of v0.5.0',
      timeoutMs: 30_000,
    });
    expect(await call('undo')).toExitWith(0);
    expect(await image()).toBe('engine-ops:v0.2.0');
  });

  test('puts back a revision that never becomes ready (exit 6)', async () => {
    const { exitCode, stderr } = await call('undo', [await toRevision('v0.5.0'), '--timeout=5s']);
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/error: revision \d+ \(v0\.5\.0\) of deployment "cart" failed, and v0\.2\.0 is back/);
    expect(await image()).toBe('engine-ops:v0.2.0');
    await settled();
  });

  test('puts back a revision that fails a check (exit 6), and says so in its document', async () => {
    await rollOut('v0.3.0', 'fourth');
    await settled();
    await rollOut('v0.2.0', 'fifth');
    await settled();
    const flags = ['--check-path=/api/v1/health', '--check-retries=1', '-o', 'json'];
    const { exitCode, stdout } = await call('undo', flags);
    expect(exitCode).toBe(6);
    expect(JSON.parse(stdout)).toMatchObject({
      phase: 'verify',
      to: { version: 'v0.3.0' },
      running: { version: 'v0.2.0' },
      message: expect.stringContaining('(GET /api/v1/health) failed after 1 of 1 attempts: status is 500, want 200'),
      exitCode: 6,
    });
    expect(await image()).toBe('engine-ops:v0.2.0');
  });

  test('goes on in the cluster when Ctrl-C ends it, and leaves no Lease', async () => {
    const back = await toRevision('v0.1.0');
    // As a terminal does, timeout sends the signal to every process that the command has started.
    const command = [
      'timeout',
      '--signal=INT',
      '2',
      'kubectl-bluegreen',
      'undo',
      'cart',
      back,
      '-n',
      namespace,
    ] as const;
    const { stderr } = await run([...command]);
    expect(stderr).toMatch(/warning: deployment\.apps\/cart goes on to revision \d+ \(v0\.1\.0\)/);
    expect(await image()).toBe('engine-ops:v0.1.0');
    expect((await getJson<{ items: [] }>('leases', '-n', namespace)).items).toEqual([]);
    await settled();
  });

  test.each<[string, string[], Record<string, string>, number, string]>([
    ['a revision that is not kept', ['--to-revision=99'], {}, 3, 'unable to find specified revision 99 in history'],
    ['a revision that is no number', ['--to-revision=old'], {}, 2, 'invalid revision "old"'],
    ['a Deployment that is none', ['-n', 'default'], {}, 3, 'deployments.apps "cart" not found'],
  ])('refuses %s and changes nothing', async (_, args, env, code, message) => {
    const before = await image();
    const { exitCode, stderr } = await call('undo', args, { env });
    expect({ exitCode, stderr }).toEqual({ exitCode: code, stderr: expect.stringContaining(message) });
    expect(await image()).toBe(before);
  });

  test.each<[string, string[], string]>([
    ['canary', [], 'invalid DEPLOYMENT_TYPE "canary": want blue-green or rolling'],
    ['rolling', ['--to=blue'], '--to makes no sense with DEPLOYMENT_TYPE=rolling'],
  ])('rollback with DEPLOYMENT_TYPE=%s %j is wrong usage', async (type, args, message) => {
    const { exitCode, stderr } = await call('rollback', args, { env: { DEPLOYMENT_TYPE: type } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  test('refuses a Deployment that is paused', async () => {
    await kubectl('rollout', 'pause', 'deployment/cart', '-n', namespace);
    const { exitCode, stderr } = await call('undo');
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining('resume "cart" first') });
    await kubectl('rollout', 'resume', 'deployment/cart', '-n', namespace);
  });

  test('sends whoever means a blue/green release to rollback', async () => {
    const active = ['service', 'clusterip', 'shop-active', '--tcp=80'];
    await kubectl('create', ...active, '-n', namespace);
    for (const name of ['shop', 'shop-blue']) {
      const { exitCode, stderr } = await bluegreen(['undo', name, '-n', namespace]);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('use "kubectl bluegreen rollback shop"');
    }
  });
});
