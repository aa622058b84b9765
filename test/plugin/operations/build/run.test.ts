import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError, RefusedError } from '../../../../plugin/core/errors.js';
import { runBuild } from '../../../../plugin/operations/build/run.js';
import type { BuildPlan } from '../../../../plugin/plan/build.js';
import type { Builder } from '../../../../plugin/run/builder/builder.js';
import { failure } from '../../failure.js';
import { fakeRun } from '../../fake-run.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const PLAN: BuildPlan = {
  color: 'green',
  image: 'r/shop:v2',
  warnings: [],
  steps: [
    { kind: 'build', builder: 'docker', images: ['r/shop:v2', 'r/shop:green'], context: '.', buildArgs: ['A=1'] },
    { kind: 'push', builder: 'docker', image: 'r/shop:v2', pins: true },
    { kind: 'push', builder: 'docker', image: 'r/shop:green', pins: false },
  ],
};

type Answer = { exitCode?: number | undefined; lines?: string[] };

/** A builder that answers each command, and keeps what it was asked. */
function fakeBuilder(answers: Record<string, Answer> = {}, flavor: Builder['flavor'] = 'docker') {
  const calls: string[] = [];
  const builder: Builder = {
    name: flavor,
    flavor,
    async run(args, onLine) {
      const command = args.filter((one) => !one.startsWith('-')).join(' ');
      calls.push(command);
      const file = /^--digestfile=(.*)$/.exec(args[1] ?? '')?.[1];
      if (file) writeFileSync(file, DIGEST);
      const { lines = [`v2: digest: ${DIGEST} size: 528`], ...rest } = answers[command] ?? {};
      for (const line of lines) onLine(line);
      return 'exitCode' in rest ? rest.exitCode : 0;
    },
  };
  return { builder, calls };
}

const outcome = ({ steps }: { steps: readonly { kind?: unknown; status: string }[] }) =>
  steps.map(({ kind, status }) => `${kind} ${status}`);

describe('runBuild', () => {
  test.each(['docker', 'podman'] as const)(
    'builds, pushes both tags, and pins by the digest that %s tells',
    async (flavor) => {
      const run = fakeRun();
      const { builder, calls } = fakeBuilder({}, flavor);
      const built = await runBuild(run, builder, PLAN);
      expect(calls).toEqual(['build .', 'push r/shop:v2', 'push r/shop:green']);
      expect(built).toMatchObject({ image: `r/shop:v2@${DIGEST}`, warnings: [] });
      expect(built.error).toBeUndefined();
      expect(outcome(built)).toEqual(['build done', 'push done', 'push done']);
      expect(built.steps[1]).toMatchObject({ digest: DIGEST, seconds: expect.any(Number) });
      expect(run.log).toContain(`info v2: digest: ${DIGEST} size: 528`);
      expect(run.api.calls).toEqual([]);
    },
  );

  test('deploys the tag when nothing is pushed', async () => {
    const plan = { ...PLAN, steps: PLAN.steps.slice(0, 1), warnings: ['not pushed'] };
    const built = await runBuild(fakeRun(), fakeBuilder().builder, plan);
    expect(built).toMatchObject({ image: 'r/shop:v2', warnings: ['not pushed'] });
  });

  test('stops at a build that fails, with its words', async () => {
    const { builder, calls } = fakeBuilder({ 'build .': { exitCode: 125, lines: ['STEP 1', 'Error: no base image'] } });
    const built = await runBuild(fakeRun(), builder, PLAN);
    expect(built.error).toEqual(failure(RefusedError, 'docker build failed with exit code 125: Error: no base image'));
    expect(outcome(built)).toEqual(['build failed', 'push skipped', 'push skipped']);
    expect(calls).toEqual(['build .']);
  });

  test('stops at a push that is refused, with the words of the registry', async () => {
    const lines = ['denied: requested access to the resource is denied'];
    const { builder } = fakeBuilder({ 'push r/shop:v2': { exitCode: 1, lines } });
    const built = await runBuild(fakeRun(), builder, PLAN);
    expect(built.error).toEqual(failure(RefusedError, `docker push failed with exit code 1: ${lines[0]}`));
    expect(outcome(built)).toEqual(['build done', 'push failed', 'push skipped']);
  });

  test('does not deploy what it does not know the digest of', async () => {
    const { builder } = fakeBuilder({ 'push r/shop:v2': { lines: ['pushed'] } });
    const { error } = await runBuild(fakeRun(), builder, PLAN);
    expect((error as Error).message).toMatch('docker did not say the digest of r/shop:v2');
  });

  test("only warns when the color's tag is refused, as by a registry whose tags never change", async () => {
    const run = fakeRun();
    const { builder } = fakeBuilder({ 'push r/shop:green': { exitCode: 1, lines: ['tag is immutable'] } });
    const built = await runBuild(run, builder, PLAN);
    const warning = 'r/shop:green was not pushed: docker push failed with exit code 1: tag is immutable';
    expect(built).toMatchObject({ image: `r/shop:v2@${DIGEST}`, warnings: [warning] });
    expect(built.error).toBeUndefined();
    expect(run.log).toContain(`warn ${warning}`);
  });

  test('ends with the signal, not with what the builder made of it', async () => {
    const stop = new AbortController();
    const interrupted = new InterruptedError('SIGINT', 2);
    const { builder } = fakeBuilder();
    const run = async (...call: Parameters<Builder['run']>) => {
      stop.abort(interrupted);
      await builder.run(...call);
      return undefined;
    };
    const built = await runBuild(fakeRun({ signal: stop.signal }), { ...builder, run }, PLAN);
    expect(built.error).toBe(interrupted);
    expect(outcome(built)).toEqual(['build failed', 'push skipped', 'push skipped']);
  });

  test('tells a builder that was killed by somebody else', async () => {
    const { builder } = fakeBuilder({ 'build .': { exitCode: undefined, lines: [] } });
    const { error } = await runBuild(fakeRun(), builder, PLAN);
    expect(error).toEqual(failure(RefusedError, 'docker build was ended by a signal'));
  });

  test('leaves no file behind', async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('kubectl-bluegreen-build-'));
    const before = left();
    await runBuild(fakeRun(), fakeBuilder({}, 'podman').builder, PLAN);
    expect(left().filter((name) => !before.includes(name))).toEqual([]);
  });
});
