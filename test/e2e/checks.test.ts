import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { clusterCommand } from '../cluster/exec.js';
import { kubectl } from './support/cluster.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

const TIMES = { timeoutSeconds: 3, retries: 2, intervalSeconds: 0 };
const HEALTH = { name: 'health', path: '/api/v1/health', maxLatencyMs: 2500, ...TIMES };
/** Asks PREVIEW_URL as often as it is told, each time over a new connection, and says what answers. */
const ASK = `(async () => {
  for (let i = 0; i < Number(process.argv[1]); i++) {
    const answer = await fetch(process.env.PREVIEW_URL, { headers: { connection: 'close' } });
    console.log(await answer.text());
  }
  const { PREVIEW_COLOR, RELEASE, NAMESPACE, VERSION } = process.env;
  console.log([PREVIEW_COLOR, RELEASE, NAMESPACE, VERSION].join(' '));
})()`;
const SUITE = { name: 'suite', command: ['node', '-e', ASK, '4'] };
const CHECKS = [
  HEALTH,
  {
    name: 'metrics',
    path: '/metrics',
    ...TIMES,
    metrics: [
      { name: 'app_info', min: 1, max: 1 },
      { name: 'http_requests_total', labels: { code: '500' }, max: 5 },
      { name: 'http_requests_total', min: 1, combine: 'sum' },
      { name: 'no_such_metric', present: false },
    ],
  },
  { name: 'port', tcp: {}, ...TIMES },
];

describe('checks of every kind', () => {
  let release: TestRelease;
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-checks-'));
  const report = join(folder, 'report.xml');

  beforeAll(async () => {
    release = await createRelease('checks', { checks: [...CHECKS, SUITE] });
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await release?.remove();
  });

  const podsOf = async (color: string) =>
    (await kubectl('get', 'pods', '-n', release.namespace, '-l', `app=shop,version=${color}`, '-o', 'name'))
      .split('\n')
      .map((name) => name.replace('pod/', ''))
      .sort();

  /** The Pods that answered, as a command wrote them to stderr. */
  const answered = (stderr: string) => [...stderr.matchAll(/^ {2}\{.*"pod":"([^"]+)"/gm)].map(([, pod]) => pod).sort();

  /** Verifies the idle color by other checks than it was installed with. */
  function verifyBy(checks: object[], args: string[] = [], env: Record<string, string> = {}) {
    release.synth({ checks });
    return release.bluegreen('verify', ['-f', release.dist, ...args], { env });
  }

  test('pass at the install, the command among them, which reaches every Pod; and are reported', async () => {
    const { exitCode, stderr } = await release.bluegreen('deploy', ['-f', release.dist, `--junit=${report}`]);
    expect({ exitCode, stderr }).toExitWith(0);
    await kubectl('rollout', 'status', 'deployment/shop-green', '-n', release.namespace, '--timeout=60s');
    const pods = await podsOf('blue');
    expect(answered(stderr)).toEqual([...pods, ...pods].sort());
    expect(stderr).toContain(`  blue shop ${release.namespace} v0.1.0\n`);
    const xml = readFileSync(report, 'utf8');
    expect(xml).toContain('<testsuite name="shop-blue" tests="8" failures="0" errors="0" skipped="0"');
    for (const pod of pods)
      for (const name of ['health (GET /api/v1/health)', 'metrics (GET /metrics)', 'port (tcp 3000)'])
        expect(xml).toMatch(
          new RegExp(`<testcase classname="${pod}" name="${name.replace(/[()]/g, '\\$&')}" time="[0-9.]+"/>`),
        );
    expect(xml).toMatch(/<testcase classname="shop-blue" name="suite \(command\)" time="[0-9.]+"\/>/);
  });

  test('refuse a command that only the cluster names, show it, and run it when told to', async () => {
    const refused = await release.bluegreen('verify');
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(refused.stderr).toMatch(/^error: check "suite" would run on this machine: node -e /);
    expect(refused.stderr).toContain('--run-commands to run what is shown');
    const before = await release.fingerprint();
    const promoted = await release.bluegreen('promote', ['--version=v0.2.0', '--yes', `--junit=${report}`]);
    expect(promoted.exitCode).toBe(3);
    expect(promoted.stderr).toContain('check "suite" would run on this machine');
    expect(readFileSync(report, 'utf8')).toContain('<error message="check &quot;suite&quot; would run');
    expect(await release.fingerprint()).toEqual(before);

    const without = await release.bluegreen('verify', ['--run-commands=false']);
    expect(without).toExitWith(0);
    expect(without.stdout).not.toContain('suite');
    const accepted = await release.bluegreen('verify', ['--run-commands', '-o', 'json']);
    expect(accepted.exitCode).toBe(0);
    const document = JSON.parse(accepted.stdout);
    expect(document.commands).toMatchObject([{ name: 'suite', attempts: 1 }]);
    expect(document.pods[0].checks).toMatchObject([
      { name: 'health', status: 200 },
      { name: 'metrics', metrics: [{ name: 'app_info', series: 1, value: 1 }, { series: 0 }, {}, { series: 0 }] },
      { name: 'port' },
    ]);
  });

  test('run the command behind --, as it is, against every Pod of the color', async () => {
    const args = ['green', '--run-commands=false', '--', 'node', '-e', ASK, '6', '--yes', '-n', 'elsewhere'];
    const { exitCode, stdout, stderr } = await release.bluegreen('verify', args);
    expect({ exitCode, stderr }).toExitWith(0);
    expect(new Set(answered(stderr))).toEqual(new Set(await podsOf('green')));
    expect(answered(stderr)).toHaveLength(6);
    expect(stdout).toContain('check/command passed');
  });

  test.each([
    [
      'a metric is out of bounds',
      {
        name: 'metrics',
        path: '/metrics',
        ...TIMES,
        metrics: [{ name: 'app_info', labels: { color: 'green' }, max: 0 }],
      },
      /check "metrics" \(GET \/metrics\) failed after 2 of 2 attempts: metric app_info\{version="v0\.1\.0",color="green"\} is 1, want at most 0/,
    ],
    [
      'a metric is absent',
      { name: 'metrics', path: '/metrics', ...TIMES, metrics: [{ name: 'queue_length', present: true }] },
      /metric queue_length is absent/,
    ],
    [
      'what is asked for metrics has none',
      { name: 'metrics', path: '/api/v1/health', ...TIMES, metrics: [{ name: 'up', min: 1 }] },
      /line 1 of the body is not in Prometheus' text format: "\{/,
    ],
    [
      'nothing listens on a port',
      { name: 'db', tcp: { port: 5432 }, ...TIMES },
      /check "db" \(tcp 5432\) failed after 2 of 2 attempts: connection refused/,
    ],
  ])('fail when %s', async (_, check, message) => {
    const { exitCode, stderr } = await verifyBy([HEALTH, check], ['green']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(message);
  });

  test('take retries and interval from the environment, whatever their kind', async () => {
    const env = { HEALTH_CHECK_RETRIES: '3', HEALTH_CHECK_INTERVAL: '0' };
    const tcp = await verifyBy([{ name: 'db', tcp: { port: 5432 } }], [], env);
    expect(tcp.stderr).toContain('check "db" (tcp 5432) failed after 3 of 3 attempts');
    const command = await verifyBy([HEALTH, { name: 'suite', command: ['false'] }], [], env);
    expect(command.stderr).toContain('error: check "suite" (command) failed after 3 of 3 attempts: exit code 1');
    const late = await verifyBy([HEALTH], ['--check-timeout=1s', '--', 'sleep', '30']);
    expect(late.stderr).toContain('check "command" (command) failed after 1 of 1 attempts: it did not end in 1s');
    const whole = await verifyBy([HEALTH], ['--', 'sleep', '30'], { SMOKE_TEST_TIMEOUT: '2' });
    expect(whole.stderr).toContain('error: the verification did not end in 2s');
  });

  test('that an answer takes too long, and a command that fails, put the idle color back (exit 3), and are reported', async () => {
    const before = await release.fingerprint();
    release.synth({
      checks: [{ ...HEALTH, maxLatencyMs: 200, retries: 1 }],
      env: { PORT: '3000', DEPLOYMENT_VERSION: { releaseField: 'color' }, FAULTS: '/api/v1/health=delay:600' },
    });
    const slow = await release.bluegreen('promote', ['-f', release.dist, '--yes', '--version=v0.2.0']);
    expect(slow.exitCode).toBe(3);
    expect(slow.stderr).toMatch(/failed after 1 of 1 attempts: the answer took [67]\d\dms, want at most 200ms/);
    expect(await release.fingerprint()).toEqual(before);

    release.synth({ checks: [HEALTH] });
    const args = ['-f', release.dist, '--version=v0.2.0', `--junit=${report}`, '-o', 'json'];
    const code = 'console.error("expected <green> \\u001b[31m&\\u0007"); process.exit(4)';
    const failed = await release.bluegreen('promote', [...args, '--yes', '--', 'node', '-e', code]);
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toContain('  expected <green> \\u001b[31m&\\u0007\n');
    expect(JSON.parse(failed.stdout)).toMatchObject({ phase: 'verify', active: { color: 'blue' }, exitCode: 3 });
    expect(await release.fingerprint()).toEqual(before);
    const xml = readFileSync(report, 'utf8');
    expect(xml).toContain('<testsuites name="shop" tests="3" failures="1" errors="0" skipped="0"');
    expect(xml).toContain(
      '<failure message="check &quot;command&quot; (command) failed after 1 of 1 attempts: exit code 4">',
    );
    expect(xml).toContain('<system-out>expected &lt;green&gt; [31m&amp;</system-out>');
  });

  test('stop with a signal, and what the command has started with them (exit 130)', async () => {
    const before = await release.fingerprint();
    const shell = ['sh', '-c', 'sleep 345.678 & echo started; sleep 345.679'];
    const { file, args, env } = clusterCommand([
      'kubectl-bluegreen',
      ...[
        'promote',
        'shop',
        '-n',
        release.namespace,
        '--version=v0.2.0',
        '--yes',
        '--run-commands=false',
        '--',
        ...shell,
      ],
    ]);
    const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (line === '  started') child.kill('SIGINT');
    });
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130);
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 345.67');
    expect(await release.fingerprint()).toEqual(before);
  });

  test('are data of the plan: a dry run shows the command and runs nothing', async () => {
    const args = ['--version=v0.2.0', '--run-commands=false', '--dry-run', `--junit=${join(folder, 'none.xml')}`];
    const mark = join(folder, 'ran');
    const { exitCode, stdout } = await release.bluegreen('promote', [...args, '--', 'touch', mark]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`port tcp 3000; then run command: touch ${mark}`);
    expect([existsSync(mark), existsSync(join(folder, 'none.xml'))]).toEqual([false, false]);
  });

  test('promote when they pass; and a rollback runs no command, says so, and is reported', async () => {
    release.synth({ checks: [...CHECKS, SUITE] });
    const args = ['-f', release.dist, '--version=v0.2.0', '--yes', '-o', 'json'];
    const promoted = await release.bluegreen('promote', args);
    expect(promoted).toExitWith(0);
    const { steps } = JSON.parse(promoted.stdout) as { steps: { kind: string }[] };
    expect(steps.find(({ kind }) => kind === 'verify')).toMatchObject({
      verified: [{ checks: [{}, { metrics: [{}, {}, {}, {}] }, {}] }, {}],
      commands: [{ name: 'suite', attempts: 1 }],
    });
    const back = await release.bluegreen('rollback', [`--junit=${report}`]);
    expect(back).toExitWith(0);
    expect(back.stderr).toContain('check "suite" runs a command: a rollback does not wait for it');
    expect(readFileSync(report, 'utf8')).toContain('<testsuite name="shop-blue" tests="7" failures="0"');
  });

  test.each([
    [['verify', '--junit=/no/such/folder/report.xml'], 'cannot write --junit=/no/such/folder/report.xml: ENOENT'],
    [['promote', '--junit=/', '--yes'], 'cannot write --junit=/: it is not a file'],
    [['deploy', '--'], 'a command is missing behind --'],
    [['rollback', '--', 'npm', 'test'], 'unexpected argument "npm"'],
  ])('are refused, before the cluster is asked, for %j', async ([verb = '', ...args], message) => {
    const { exitCode, stderr } = await release.bluegreen(verb, args, { env: { KUBECTL: '/no/such/kubectl' } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
