import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import type { RunReport } from '../../plugin/operations/report.js';
import { REPOSITORY } from '../cluster/cluster.js';
import { action, type Job, useAction } from './support/action.js';
import { rolledOut } from './support/live.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(180_000);

interface Workflow {
  jobs: Record<string, { steps: { uses?: string; with?: Record<string, string> }[] }>;
}

describe('the GitHub Action', () => {
  let release: TestRelease;
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-action-'));
  let jobs = 0;
  const job = (more: Partial<Job> = {}): Job => {
    jobs += 1;
    return { cwd: REPOSITORY, folder: join(folder, `job-${jobs}`), ...more };
  };
  const use = (inputs: Record<string, string>, more?: Partial<Job>) =>
    useAction({ release: 'shop', namespace: release.namespace, manifests: release.dist, ...inputs }, job(more));

  beforeAll(async () => {
    release = await createRelease('action');
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await release?.remove();
  });

  test('checks that the manifests are what the specs give', async () => {
    const dist = join(folder, 'dist');
    expect(await use({ command: 'check', manifests: 'dist' })).toExitWith(0);
    const { exitCode, stderr, ran } = await use({ command: 'check', manifests: dist });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('missing');
    expect(ran).toEqual(['Install', 'Check that the manifests are what the specs give']);
  });

  test('deploys, and leaves a summary, outputs and evidence', async () => {
    const used = await use({ command: 'deploy' });
    expect(used).toMatchObject({
      exitCode: 0,
      outputs: { 'active-color': 'blue', version: 'v0.1.0', phase: 'complete', 'exit-code': '0' },
    });
    expect(used.summary).toContain('### ✅ deploy shop: complete');
    expect(used.summary).toContain('Traffic is on **blue** (`v0.1.0`)');
    const evidence = JSON.parse(readFileSync(used.outputs.evidence ?? '', 'utf8')) as RunReport;
    expect(evidence).toMatchObject({ release: 'shop', operationId: used.outputs['operation-id'] });
  });

  test('verifies, with a command of the workflow against the idle color', async () => {
    // The first deploy waits for the color that gets the traffic alone.
    await rolledOut(release.namespace, 'green');
    const line = 'curl -fsS "$PREVIEW_URL/api/v1/health" > /dev/null && echo "$PREVIEW_COLOR was tested" >&2';
    const used = await use({ command: 'verify', run: line });
    expect(used).toExitWith(0);
    expect(used.stderr).toContain('green was tested');
    expect(readFileSync(used.outputs.junit ?? '', 'utf8')).toContain('<testsuite');
    expect((await use({ command: 'verify', run: 'echo no && false' })).exitCode).toBe(3);
  });

  test('promotes what was approved, with the flags of the workflow', async () => {
    const used = await use({ command: 'promote', version: 'v0.2.0', args: '--check-retries=2\n--soak=1s\n' });
    expect(used).toMatchObject({ exitCode: 0, outputs: { 'active-color': 'green', version: 'v0.2.0' } });
    expect(used.summary).toMatch(/✅ \| watch green for 1s/);
    expect(used.summary).toContain('2 Pods verified');
  });

  test('fails with the exit code of a promotion that is refused, and still says what happened', async () => {
    const used = await use({ command: 'promote', version: 'v0.3.0', manifests: '', args: '--check-retries=1' });
    expect(used).toMatchObject({
      exitCode: 3,
      outputs: { 'active-color': 'green', version: 'v0.2.0', phase: 'verify', 'exit-code': '3' },
    });
    expect(used.summary).toContain('### ❌ promote shop: verify');
    expect(used.summary).toContain('status is 500, want 200');
  });

  test('rolls back', async () => {
    const used = await use({ command: 'rollback' });
    expect(used).toMatchObject({ exitCode: 0, outputs: { 'active-color': 'blue', version: 'v0.1.0' } });
  });

  test.each([
    ['version', '$(touch HOSTILE)'],
    ['version', 'v1"; touch HOSTILE; "'],
    ['version', 'v1\nactive-color=red'],
    ['release', '`touch HOSTILE`'],
    ['release', '--force'],
    ['namespace', '$(touch HOSTILE)'],
    ['args', '--timeout=1s; touch HOSTILE'],
  ])('runs nothing that is hidden in its input %s: %j', async (name, value) => {
    const hostile = join(folder, 'hostile');
    const { exitCode, outputs } = await use({ command: 'promote', [name]: value.replace('HOSTILE', hostile) });
    expect(exitCode).toBe(2);
    expect(outputs).toMatchObject({ 'exit-code': '2', 'active-color': '' });
    expect(existsSync(hostile)).toBe(false);
  });

  test('shows the diff, and keeps one comment with it on a pull request', async () => {
    const path = join(folder, 'bin');
    const calls = join(folder, 'gh-calls');
    mkdirSync(path);
    // GitHub's own program, of which the comments that exist, and what it was asked to write, are all that matters.
    writeFileSync(
      join(path, 'gh'),
      `#!/bin/bash\nprintf '%s\\n' "$*" >> '${calls}'\n[[ "$*" == *--paginate* ]] && cat '${folder}/comments' || true\n`,
    );
    chmodSync(join(path, 'gh'), 0o755);
    const event = { name: 'pull_request', number: 7 };
    const commented = async (comments: string) => {
      writeFileSync(join(folder, 'comments'), comments);
      writeFileSync(calls, '');
      const used = await use({ command: 'diff', comment: 'true' }, { path, event });
      return { used, asked: readFileSync(calls, 'utf8') };
    };

    release.synth({ replicas: 3 });
    const first = await commented('11\tsomething else\n');
    expect(first.used).toMatchObject({ exitCode: 0, outputs: { differs: 'true' } });
    expect(first.used.summary).toContain('shop-green');
    expect(first.asked).toContain('--method POST repos/team/shop/issues/7/comments --field body=@');
    const [marker] = readFileSync(first.used.outputs.diff ?? '', 'utf8').split('\n');
    expect(marker).toMatch(/^<!-- .* -->$/);

    release.synth({});
    const second = await commented(`11\tsomething else\n12\t${marker}\n`);
    expect(second.asked).toContain('--method PATCH repos/team/shop/issues/comments/12 --field body=@');
    expect((await use({ command: 'diff', comment: 'true' }, { path })).ran).not.toContain('Comment');
  });
});

test('the example workflow uses the action with inputs that it has', () => {
  const { jobs } = parse(readFileSync(join(REPOSITORY, '.github/workflows/release.yml'), 'utf8')) as Workflow;
  const uses = Object.values(jobs).flatMap(({ steps }) => steps.filter((step) => step.uses === './'));
  expect(uses.map((step) => step.with?.command)).toEqual(['check', 'diff', 'deploy', 'verify', 'promote']);
  const unknown = uses.flatMap((step) => Object.keys(step.with ?? {})).filter((name) => !(name in action.inputs));
  expect(unknown).toEqual([]);
});
