import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { getJson, kubectl, kubectlWith } from '../e2e/support/cluster.js';
import { createCustomResource } from '../e2e/support/custom-resources.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { bindPromoter, grant, RULES } from '../e2e/support/rules.js';
import { endAll, type Running, startBluegreen } from '../e2e/support/running.js';
import { type EndpointWatch, passageFault, watchEndpoints } from './support/endpoint-watch.js';
import { recordFigure } from './support/figures.js';
import { rounds } from './support/soak.js';

jest.setTimeout(600_000);

const OVERLAP = ['--switch=overlap', '--overlap=0s'];
/** Longer than any test waits. */
const HELD = ['--switch=overlap', '--overlap=10m'];

const of = (color: string) => (pod: string) => pod.startsWith(`shop-${color}-`);
const other = (color: string) => (color === 'blue' ? 'green' : 'blue');

describe('a switch by way of both colors', () => {
  let release: TestRelease;
  const figure = { place: 6, promise: 'With --switch overlap the endpoints are never empty', tried: 0, held: 0 };

  beforeAll(async () => {
    release = await createRelease('overlap');
    await release.install();
  });
  afterEach(endAll);
  afterAll(async () => {
    recordFigure('overlap', { ...figure, unit: 'switches, of which some failed or were killed half-way' });
    await release?.remove();
  });

  const on = (verb: string, args: readonly string[] = []) => release.bluegreen(verb, args);
  const watch = () => watchEndpoints(release.namespace, 'shop-active');
  const selector = async () => (await liveService()).spec.selector;

  interface Live {
    readonly metadata: { readonly resourceVersion: string; readonly annotations: Record<string, string> };
    readonly spec: { readonly selector: Record<string, string> };
  }
  const liveService = () => getJson<Live>('service', 'shop-active', '-n', release.namespace);

  /** Counts a passage as held when it went as promised. */
  async function expectPassage(endpoints: EndpointWatch, from: string, to: string): Promise<void> {
    await endpoints.until(`only Pods of ${to}`, (set) => [...set].every(of(to)));
    await endpoints.stop();
    const fault = passageFault(endpoints.sets(), of(from), of(to));
    figure.tried++;
    if (fault === undefined) figure.held++;
    expect(fault).toBeUndefined();
  }

  /** Starts a promotion or a rollback, and waits until both colors have the traffic and will keep it. */
  async function startHeld(verb: string, ...args: string[]): Promise<Running> {
    const run = startBluegreen(verb, 'shop', '-n', release.namespace, ...HELD, ...args);
    await run.until('both colors', () => run.err().includes('both colors stay for'));
    return run;
  }

  /** Ends a run so that nothing of it can act any more; its Lease would be waited for. */
  async function kill(run: Running): Promise<void> {
    await run.end('SIGKILL');
    await kubectl('delete', 'lease', 'shop-bluegreen', '-n', release.namespace);
  }

  test('goes from the old Pods to both to the new ones, there and back, with the rights that rbac prints', async () => {
    await grant(release.namespace, RULES);
    const as = await bindPromoter(release.namespace);
    for (let round = 1; round <= rounds(2, 20); round++)
      for (const [verb, from, args] of [
        ['promote', 'blue', ['--version=v0.2.0', '--yes']],
        ['rollback', 'green', []],
      ] as const) {
        const endpoints = await watch();
        const { exitCode, stderr } = await on(verb, [...args, ...OVERLAP, as]);
        expect({ exitCode, stderr }).toExitWith(0);
        await expectPassage(endpoints, from, other(from));
        expect(await selector()).toEqual({ app: 'shop', version: other(from) });
      }
  });

  test('is what the watch of endpoints sees: one at once is told from it', async () => {
    const endpoints = await watch();
    for (const [verb, to] of [
      ['promote', 'green'],
      ['rollback', 'blue'],
    ] as const) {
      expect((await on(verb, ['--to', to, ...(verb === 'promote' ? ['--yes'] : [])])).exitCode).toBe(0);
      await endpoints.until(`only Pods of ${to}`, (set) => [...set].every(of(to)));
    }
    await endpoints.stop();
    const half = endpoints.sets().slice(0, endpoints.sets().findIndex((set) => [...set].every(of('green'))) + 1);
    expect(passageFault(half, of('blue'), of('green'))).toContain('not by way of both');
  });

  test('goes back to the old color when the new one fails half-way', async () => {
    const endpoints = await watch();
    const run = await startHeld('promote', '--yes');
    await endpoints.until('Pods of both', (set) => set.size === 4);
    const victim = [...(endpoints.sets().at(-1) ?? [])].find(of('green')) ?? '';
    await kubectl('delete', 'pod', victim, '-n', release.namespace, '--now', '--wait=false');
    expect(await run.ended()).toBe(6);
    expect(run.err()).toMatch(/green failed while both colors had the traffic: .*; traffic is back on blue/);
    await endpoints.until('only Pods of blue', (set) => [...set].every(of('blue')));
    await endpoints.stop();
    const sets = endpoints.sets().map((set) => [[...set].filter(of('blue')).length, set.size]);
    figure.tried++;
    // Blue was never missing, and is alone at the end.
    expect(sets.every(([blue]) => blue === 2)).toBe(true);
    expect(sets.at(-1)).toEqual([2, 2]);
    figure.held++;
    expect(await selector()).toEqual({ app: 'shop', version: 'blue' });
    const { stdout } = await on('status', ['-o', 'json']);
    expect(JSON.parse(stdout).lastOperation).toMatchObject({ kind: 'rollback', to: 'blue', outcome: 'rolled-back' });
  });

  test('goes back to the old color when it is interrupted half-way', async () => {
    const run = await startHeld('promote', '--yes');
    expect(await run.end('SIGINT')).toBe(130);
    expect(await selector()).toEqual({ app: 'shop', version: 'blue' });
    expect((await on('status')).stdout).toMatch(/blue +active/);
  });

  test.each([
    ['promote, run again, finishes it', 'promote', [], 'green'],
    ['rollback takes it back', 'rollback', [], 'green'],
    ['rollback to the new color finishes it', 'rollback', ['--to=blue'], 'blue'],
  ] as const)('killed half-way is told by status, and %s', async (_, verb, args, end) => {
    const before = await release.activeColor();
    const to = other(before);
    const endpoints = await watch();
    await kill(await startHeld('promote', '--yes'));
    expect(await selector()).toEqual({ app: 'shop', 'deployment-type': 'blue-green' });

    const { stdout } = await on('status', ['-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      overlapping: true,
      lastOperation: { from: before, to, outcome: 'overlapping' },
    });
    expect((await on('status')).stdout).toContain(`leads to both ${before} and ${to}`);
    await endpoints.until('Pods of both', (set) => set.size === 4);

    const { exitCode, stderr } = await on(verb, [...args, ...OVERLAP, ...(verb === 'promote' ? ['--yes'] : [])]);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(await release.activeColor()).toBe(end);
    if (end === to) await expectPassage(endpoints, before, to);
    else {
      await endpoints.until(`only Pods of ${before}`, (set) => [...set].every(of(before)));
      await endpoints.stop();
      figure.tried++;
      expect(endpoints.sets().every((set) => [...set].filter(of(before)).length === 2)).toBe(true);
      figure.held++;
    }
    expect((await on('status')).stdout).not.toContain('warning');
  });

  test('killed half-way is left alone by deploy and cleanup, and found by doctor', async () => {
    await kill(await startHeld('promote', '--yes'));
    const untouched = await release.fingerprint();
    for (const refused of [['deploy', '--version=v0.2.0'], ['cleanup']] as const) {
      const { exitCode, stderr } = await on(refused[0], refused.slice(1));
      expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining('leads to both') });
    }
    const doctor = JSON.parse((await on('doctor', ['-o', 'json'])).stdout);
    expect(doctor.findings.map(({ id }: { id: string }) => id)).toContain('operation-overlapping');
    expect(await release.fingerprint()).toEqual(untouched);
    expect((await on('rollback')).exitCode).toBe(0);
  });

  test('is not taken for what somebody edited: a selector without a color is refused', async () => {
    const color = await release.activeColor();
    const edit = (version: string | null) =>
      kubectl(
        'patch',
        'service',
        'shop-active',
        '-n',
        release.namespace,
        '-p',
        JSON.stringify({ spec: { selector: { version } } }),
      );
    await edit(null);
    for (const verb of ['promote', 'rollback']) {
      const { exitCode, stderr } = await on(verb, OVERLAP);
      expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining('edited by hand') });
    }
    await edit(color);
  });

  test('is recommended where a load balancer targets Pods, unless it was decided', async () => {
    const plan = async (...args: string[]) => (await on('promote', ['--dry-run', ...args])).stderr;
    const findings = async () => {
      const { findings: found } = JSON.parse((await on('doctor', ['-o', 'json'])).stdout);
      return found.map(({ id }: { id: string }) => id);
    };
    expect(await plan()).not.toContain('--switch=overlap');
    const binding = await createCustomResource({
      apiVersion: 'elbv2.k8s.aws/v1beta1',
      kind: 'TargetGroupBinding',
      metadata: { name: 'shop', namespace: release.namespace },
      spec: { serviceRef: { name: 'shop-active', port: 80 }, targetType: 'ip' },
    });
    try {
      expect(await plan()).toContain('targetgroupbinding "shop" has targetType ip');
      expect(await plan('--switch=atomic')).not.toContain('targetgroupbinding');
      expect(await plan('--switch=overlap')).not.toContain('targetgroupbinding');
      expect(await findings()).toContain('pod-targets');
    } finally {
      await binding.remove();
    }
    expect(await findings()).not.toContain('pod-targets');
    const neg = 'cloud.google.com/neg={"ingress": true}';
    await kubectl('annotate', 'service', 'shop-active', '-n', release.namespace, neg);
    expect(await plan()).toContain('cloud.google.com/neg');
  });

  test('and any other is refused through a Service that does not move with its selector', async () => {
    const patch = (spec: object) =>
      kubectl('patch', 'service', 'shop-active', '-n', release.namespace, '-p', JSON.stringify({ spec }));
    const expectRefusal = async (why: string) => {
      for (const verb of ['promote', 'rollback']) {
        const { exitCode, stderr } = await on(verb, ['--dry-run']);
        expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining(why) });
      }
    };
    await patch({ publishNotReadyAddresses: true });
    await expectRefusal('publishNotReadyAddresses');
    await kubectl('delete', 'service', 'shop-active', '-n', release.namespace);
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop-active' },
      spec: { clusterIP: 'None', selector: { app: 'shop', version: 'blue' }, ports: [{ name: 'http', port: 80 }] },
    };
    await kubectlWith({ input: JSON.stringify(service) }, 'apply', '-n', release.namespace, '-f', '-');
    await expectRefusal('headless');
  });
});
