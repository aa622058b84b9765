import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Finding } from '../../plugin/commands/doctor/finding.js';
import type { Report } from '../../plugin/commands/doctor/report.js';
import { until } from '../cluster/wait.js';
import { bluegreen, type CallOptions, getJson, kubectl, kubectlWith, run } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';
import { bindPromoter, grant, RULES } from './support/rules.js';

jest.setTimeout(120_000);

describe('doctor', () => {
  let release: TestRelease;
  const inNamespace = (...args: string[]) => kubectl(...args, '-n', release.namespace);
  const patch = (kind: string, name: string, body: object, type = 'strategic') =>
    inNamespace('patch', kind, name, `--type=${type}`, '-p', JSON.stringify(body));
  const apply = (object: object) =>
    kubectlWith({ input: JSON.stringify(object) }, 'apply', '-n', release.namespace, '-f', '-');
  const patchPods = (spec: object) => patch('deployment', 'shop-green', { spec: { template: { spec } } });

  async function examine(args: readonly string[] = [], options?: CallOptions): Promise<Report> {
    const { exitCode, stdout, stderr } = await release.bluegreen('doctor', ['-o', 'json', ...args], options);
    expect({ stderr, stdout }).toMatchObject({ stderr: '', stdout: expect.stringMatching(/^\{/) });
    const report = JSON.parse(stdout) as Report;
    expect(exitCode).toBe(report.exitCode);
    return report;
  }
  const find = ({ findings }: Report, id: string) => findings.find((finding) => finding.id === id);

  /** What takes the cluster a while to see is looked for again and again. */
  const sick = (id: string, args: readonly string[] = []) =>
    until(async () => find(await examine(args), id), { what: `finding ${id}`, timeoutMs: 30_000 });

  /** Runs the command of a finding as it was printed. */
  async function execute(fix: string): Promise<void> {
    const { exitCode, stderr } = await run(['sh', '-c', fix]);
    expect({ fix, exitCode, stderr }).toExitWith(0);
  }

  /** Runs it, and sees the finding gone. */
  async function mend({ id, fix }: Finding): Promise<void> {
    await execute(fix);
    await until(async () => (find(await examine(), id) ? undefined : true), {
      what: `${id} to be gone`,
      timeoutMs: 30_000,
    });
  }

  beforeAll(async () => {
    release = await createRelease('doctor', { replicas: 1 });
    await release.install();
  });
  afterAll(() => release?.remove());

  test('finds only the pending load balancer of a cluster that has none: a warning (exit 0)', async () => {
    const before = await release.fingerprint();
    const report = await examine(['-f', release.dist]);
    expect(report.findings.map(({ id, severity }) => [id, severity])).toEqual([['load-balancer-pending', 'warning']]);
    expect(report).toMatchObject({ release: 'shop', namespace: release.namespace, exitCode: 0 });
    expect(report.notExamined.map(({ id }) => id)).toEqual(['reachability']);
    expect(await release.fingerprint()).toEqual(before);
    await mend(report.findings[0] as Finding);
  });

  test('says of a healthy release what it has examined (exit 0)', async () => {
    const { exitCode, stdout } = await release.bluegreen('doctor');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`shop in namespace ${release.namespace}: healthy\n`);
    expect(stdout).toMatch(/^examined: checks +every running Pod of both colors answers every check/m);
    expect(stdout).toMatch(/^not examined: reachability: pass --exec/m);
  });

  test('finds Services that were edited by hand, and its commands put each right (exit 3)', async () => {
    await patch('service', 'shop-active', { spec: { selector: { tier: 'web' } } });
    await patch('service', 'shop-preview', { spec: { selector: { version: 'blue' } } });
    await patch('service', 'shop-green', { spec: { selector: { version: 'blue' } } });
    await inNamespace('annotate', 'service/shop-active', 'kubectl-bluegreen.dev/policy-');
    const { findings, exitCode } = await examine(['-f', release.dist]);
    expect(exitCode).toBe(3);
    expect(findings.map(({ id }) => id)).toEqual([
      'selector-extra-keys',
      'color-service-selector',
      'preview-on-active',
      'manifest-differs',
      'no-policy',
    ]);
    expect(findings[0]).toMatchObject({
      severity: 'problem',
      affects: 'traffic',
      object: 'service/shop-active',
      what: 'service "shop-active" selects app=shop,tier=web,version=blue, the labels of 0 Pods',
    });
    for (const { id, fix } of findings) if (id !== 'manifest-differs') await execute(fix);
    expect((await examine(['-f', release.dist])).findings.map(({ id }) => id)).toEqual(['manifest-differs']);
  });

  test('finds an autoscaler of one color, and a disruption budget of both', async () => {
    await inNamespace('autoscale', 'deployment/shop-blue', '--min=1', '--max=3', '--cpu=80');
    await inNamespace('create', 'pdb', 'shop', '--selector=app=shop', '--min-available=1');
    const report = await examine();
    expect(find(report, 'autoscaler-one-color')?.what).toContain('none scales green');
    const budget = find(report, 'budget-both-colors') as Finding;
    expect(budget).toMatchObject({ severity: 'problem', affects: 'traffic' });
    await mend(budget);
    expect(await inNamespace('get', 'pdb', '-o', 'name')).toMatch(/shop-blue\n.*shop-green/);
  });

  test('says that Argo CD owns the selector', async () => {
    const annotation = 'argocd.argoproj.io/tracking-id';
    await inNamespace(
      'annotate',
      'service/shop-active',
      `${annotation}=${release.namespace}_shop:/Service:x/shop-active`,
    );
    expect(find(await examine(), 'gitops-owner')).toMatchObject({
      severity: 'warning',
      why: expect.stringContaining('"kubectl bluegreen gitops shop" prints the rules'),
      fix: expect.stringMatching(/^kubectl bluegreen promote shop --write-back --dry-run -n \S+ --context=\S+$/),
    });
    await inNamespace('annotate', 'service/shop-active', `${annotation}-`);
  });

  test('finds an operation that was cut off, and traffic moved past the record', async () => {
    const record = (changes: object) => {
      const operation = {
        id: 'x',
        kind: 'promote',
        from: 'green',
        to: 'blue',
        by: 'ada@host',
        at: '2026-01-01T00:00:00Z',
      };
      const text = JSON.stringify({ ...operation, ...changes });
      return inNamespace(
        'annotate',
        '--overwrite',
        'service/shop-active',
        `kubectl-bluegreen.dev/last-operation=${text}`,
      );
    };
    await record({ outcome: 'switched' });
    await mend(find(await examine(), 'operation-unfinished') as Finding);
    await record({ from: 'blue', to: 'green', outcome: 'complete' });
    await mend(find(await examine(), 'operation-mismatch') as Finding);
    expect(await release.activeColor()).toBe('green');
    expect((await release.bluegreen('rollback', ['--to=blue'])).exitCode).toBe(0);
  });

  describe('of Pods that are sick', () => {
    const setImage = (version: string) =>
      inNamespace('set', 'image', 'deployment/shop-green', `shop=engine-ops:${version}`);

    test('finds an image that cannot be pulled, and its command brings the color back', async () => {
      await setImage('v9.9.9');
      const finding = await sick('image-pull');
      expect(finding).toMatchObject({
        severity: 'problem',
        affects: 'promotion',
        object: 'deployment.apps/shop-green',
        what: expect.stringContaining('cannot get the image engine-ops:v9.9.9'),
        fix: expect.stringContaining('kubectl bluegreen deploy shop --image=engine-ops:v0.1.0 '),
        evidence: expect.arrayContaining([expect.stringMatching(/^event Failed: .*v9\.9\.9/)]),
      });
      await mend(finding);
    });

    test('finds a pull policy that asks a registry for what only the node has', async () => {
      await patchPods({ containers: [{ name: 'shop', imagePullPolicy: 'Always' }] });
      const finding = await sick('image-pull');
      expect(finding.why).toMatch(
        /^imagePullPolicy is Always, so the registry is asked although node ".*" has the image/,
      );
      await mend(finding);
    });

    test('finds an image that is never pulled and not there', async () => {
      await patchPods({ containers: [{ name: 'shop', image: 'engine-ops:v9.9.9', imagePullPolicy: 'Never' }] });
      expect((await sick('image-never-pull')).fix).toContain('"imagePullPolicy":"IfNotPresent"');
      await patchPods({ containers: [{ name: 'shop', imagePullPolicy: 'IfNotPresent' }] });
    });

    test.each([
      ['crashes', 'v0.4.0', 'crash', /ended with exit code 1/, /log: .*exit/],
      [
        'is never ready',
        'v0.5.0',
        'not-ready',
        /^running and not ready: 1 Pod of green/,
        /check "readiness" .*: status is 503, want 200/,
      ],
      ['fails a check', 'v0.3.0', 'check-failed', /check "health" .*: status is 500, want 200/, /^pod\/shop-green-/],
    ])('finds a version that %s', async (_, version, id, what, evidence) => {
      await setImage(version);
      const finding = await sick(id);
      expect(finding.what).toMatch(what);
      expect(finding.evidence).toContainEqual(expect.stringMatching(evidence));
      expect(finding.fix).toMatch(/^kubectl bluegreen deploy shop --image=engine-ops:v0\.1\.0 /);
    });

    test('its command brings a color that fails a check back to a version that passes', async () => {
      await mend(await sick('check-failed'));
    });

    test('finds a Pod that no node takes', async () => {
      await patchPods({ nodeSelector: { disk: 'none-of-this' } });
      expect(await sick('unschedulable')).toMatchObject({
        why: 'no node has the labels disk=none-of-this: change nodeSelector in the spec, or have a node labelled',
        fix: expect.stringMatching(/^kubectl get nodes --show-labels --context=/),
      });
      await inNamespace('rollout', 'undo', 'deployment/shop-green');
    });
  });

  test('finds what a Pod template refers to and is not there, but not what is optional', async () => {
    await patchPods({
      serviceAccountName: 'robot',
      imagePullSecrets: [{ name: 'registry' }],
      containers: [
        {
          name: 'shop',
          envFrom: [{ secretRef: { name: 'keys' } }, { configMapRef: { name: 'extra', optional: true } }],
        },
      ],
    });
    const report = await examine();
    expect(report.findings.map(({ id, object }) => [id, object])).toEqual(
      expect.arrayContaining([
        ['missing-service-account', 'serviceaccount/robot'],
        ['missing-secret', 'secret/keys'],
        ['missing-pull-secret', 'secret/registry'],
      ]),
    );
    expect(JSON.stringify(report.findings)).not.toContain('extra');
    await mend(find(report, 'missing-service-account') as Finding);
    await mend(find(await examine(), 'missing-secret') as Finding);
    await inNamespace('rollout', 'undo', 'deployment/shop-green');
  });

  test('finds a ConfigMap that was deleted, and its command restores it from the manifests', async () => {
    await inNamespace('delete', 'configmap', 'shop-config');
    const finding = find(await examine(['-f', release.dist]), 'missing-config-map') as Finding;
    expect(finding.fix).toContain(`kubectl bluegreen deploy shop -f ${release.dist} `);
    await mend(finding);
  });

  test('finds a quota that leaves no room before and while Pods are refused, and says what it has to allow', async () => {
    const { items } = await getJson<{ items: [] }>('pods', '-n', release.namespace);
    await inNamespace('create', 'quota', 'small', `--hard=pods=${items.length}`);
    await until(
      async () => (await inNamespace('get', 'quota', 'small', '-o', 'jsonpath={.status.used}')) || undefined,
      {
        what: 'the quota to be counted',
        timeoutMs: 10_000,
      },
    );
    await inNamespace('scale', 'deployment/shop-green', '--replicas=3');
    const finding = await sick('quota-exceeded');
    expect(finding.what).toContain('exceeded quota: small');
    expect(finding.why).toContain(`it has to allow pods=${items.length + 2}`);
    await execute(finding.fix);
    await inNamespace('delete', 'quota', 'small');
    await inNamespace('scale', 'deployment/shop-green', '--replicas=1');
  });

  test('finds migrations that failed, with the end of their log', async () => {
    const labels = { app: 'shop', 'kubectl-bluegreen.dev/role': 'migrations' };
    const containers = [{ name: 'migrations', image: 'engine-ops:v0.4.0' }];
    const template = { metadata: { labels }, spec: { containers, restartPolicy: 'Never' } };
    await apply({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'shop-migrate-1', labels },
      spec: { backoffLimit: 0, template },
    });
    const finding = await sick('migration-failed');
    expect(finding).toMatchObject({
      object: 'job.batch/shop-migrate-1',
      evidence: [expect.stringMatching(/^shop-migrate-1-\w+: /)],
    });
    await inNamespace('delete', 'job', 'shop-migrate-1');
  });

  test('names each verb that a user lacks, says what it could not examine, and its command grants it', async () => {
    await grant(release.namespace, []);
    const promoter = await bindPromoter(release.namespace);
    const nothing = await examine([promoter]);
    expect(nothing.exitCode).toBe(3);
    const { what, evidence } = find(nothing, 'access-missing') as Finding;
    expect(what).toContain('get, list, watch, patch deployments.apps');
    expect(what).toContain('get, create pods/portforward');
    expect(evidence).toContain('patch services shop-active');
    expect(nothing.notExamined).toContainEqual(
      expect.objectContaining({ id: 'selectors', why: expect.stringContaining('forbidden: services "shop-') }),
    );
    const lacking = RULES.map((rule) => (rule.resources.includes('services') ? { ...rule, verbs: ['get'] } : rule));
    await grant(release.namespace, lacking);
    const patching = find(await examine([promoter]), 'access-missing') as Finding;
    expect(patching.evidence).toEqual(['patch services shop-active', 'patch services shop-preview']);
    await mend(patching);
    expect(find(await examine([promoter]), 'access-missing')).toBeUndefined();
  });

  test('finds that the autoscaler of the active color reads no metrics', async () => {
    expect(await sick('autoscaler-no-metrics')).toMatchObject({
      severity: 'problem',
      affects: 'traffic',
      what: expect.stringMatching(/^horizontalpodautoscaler "shop-blue" does not scale blue: FailedGet\w*Metric/),
    });
  });

  test('finds a kubectl that is too old for the server', async () => {
    const wrapper = join(mkdtempSync(join(tmpdir(), 'bluegreen-doctor-')), 'kubectl');
    const version = '{"clientVersion":{"gitVersion":"v1.20.0","platform":"linux/amd64"}}';
    writeFileSync(wrapper, `#!/bin/sh\n[ "$1" = version ] && echo '${version}' && exit\nexec kubectl "$@"\n`);
    chmodSync(wrapper, 0o755);
    expect(find(await examine([], { env: { KUBECTL: wrapper } }), 'kubectl-skew')).toMatchObject({
      severity: 'warning',
      what: expect.stringMatching(/^kubectl is v1\.20\.0 and the server v1\.\d+/),
      fix: expect.stringMatching(/^curl -fLO https:\/\/dl\.k8s\.io\/release\/v[\d.]+\/bin\/linux\/amd64\/kubectl /),
    });
  });

  test('says that a Pod without any such program was not asked from', async () => {
    const { notExamined } = await examine(['--exec']);
    expect(notExamined).toContainEqual(
      expect.objectContaining({
        id: 'reachability',
        why: expect.stringMatching(/has no wget, curl or node that runs$/),
      }),
    );
  });
});

describe('doctor refuses', () => {
  test.each([
    [['doctor'], 2, 'error: required argument NAME is missing'],
    [['doctor', 'shop', '-o', 'name'], 2, 'invalid value "name" for --output: want json or yaml'],
    [['doctor', 'shop', '-f', '/nowhere'], 2, 'error: the path "/nowhere" does not exist'],
    [['doctor', 'shop', '-n', 'kube-public'], 3, 'error: services "shop-active" not found in namespace "kube-public"'],
    [['doctor', 'shop', '-n', 'nope'], 3, 'Error from server (NotFound): namespaces "nope" not found'],
  ])('%j (exit %d)', async (args, code, message) => {
    const { exitCode, stdout, stderr } = await bluegreen(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain(message);
  });
});
