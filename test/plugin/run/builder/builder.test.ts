import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../../plugin/core/errors.js';
import { findBuilder } from '../../../../plugin/run/builder/builder.js';
import { failure } from '../../failure.js';
import { builderScript, programs } from '../../operations/build/programs.js';

const NEVER = new AbortController().signal;
const all = { docker: builderScript('Docker'), podman: builderScript('podman'), nerdctl: builderScript('nerdctl') };

describe('findBuilder', () => {
  test.each([
    ['docker', all],
    ['podman', { podman: all.podman, nerdctl: all.nerdctl }],
    ['nerdctl', { nerdctl: all.nerdctl }],
  ])('takes %s as the first that is there', async (name, scripts) => {
    expect(await findBuilder(undefined, programs(scripts).env)).toMatchObject({ name, flavor: name });
  });

  test('takes what is asked for, else what the environment says', async () => {
    const env = { ...programs(all).env, BLUEGREEN_BUILDER: 'podman' };
    expect((await findBuilder(undefined, env)).name).toBe('podman');
    expect((await findBuilder('nerdctl', env)).name).toBe('nerdctl');
  });

  test("knows podman under docker's name", async () => {
    const { env } = programs({ docker: builderScript('podman') });
    expect(await findBuilder('docker', env)).toMatchObject({ name: 'docker', flavor: 'podman' });
  });

  test('says what it looked for', async () => {
    const { env } = programs({});
    const none = failure(UsageError, 'no builder found on PATH: want docker, podman, nerdctl, for --build');
    await expect(findBuilder(undefined, env)).rejects.toEqual(none);
    const absent = failure(UsageError, 'builder "podman" not found on PATH');
    await expect(findBuilder('podman', env)).rejects.toEqual(absent);
    const unknown = failure(UsageError, 'BLUEGREEN_BUILDER "make" is none of docker, podman, nerdctl');
    await expect(findBuilder(undefined, { ...env, BLUEGREEN_BUILDER: 'make' })).rejects.toEqual(unknown);
  });
});

describe('a builder', () => {
  const run = async (script: string, args: string[] = [], signal = NEVER) => {
    const lines: string[] = [];
    const { env } = programs({ docker: builderScript('Docker', script) });
    const builder = await findBuilder('docker', env);
    const exitCode = await builder.run(args, (line) => lines.push(line), signal);
    return { exitCode, lines };
  };

  test('gets each argument as it is, no shell between, and tells what it prints, line by line', async () => {
    const { exitCode, lines } = await run('for one in "$@"; do echo "<$one>"; done', [
      'build',
      '--build-arg=A=$(id) b',
      '.',
    ]);
    expect({ exitCode, lines }).toEqual({ exitCode: 0, lines: ['<build>', '<--build-arg=A=$(id) b>', '<.>'] });
  });

  test('is told with both its streams, and with its exit code', async () => {
    const { exitCode, lines } = await run('echo out; echo err >&2; exit 7');
    expect({ exitCode, lines: lines.sort() }).toEqual({ exitCode: 7, lines: ['err', 'out'] });
  });

  test('ends with the signal of the run', async () => {
    const stop = new AbortController();
    const { env } = programs({ docker: builderScript('Docker', 'echo ready; while :; do /bin/sleep 0.1; done') });
    const builder = await findBuilder('docker', env);
    expect(await builder.run([], () => stop.abort(), stop.signal)).toBeUndefined();
  });
});
