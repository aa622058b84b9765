import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LostRaceError, UsageError } from '../../../../plugin/core/errors.js';
import { openBuild } from '../../../../plugin/invocation/build.js';
import type { FlagValue } from '../../../../plugin/invocation/invocation.js';
import { draftPlan, requireSameColor } from '../../../../plugin/operations/build/prepare.js';
import { planBuild } from '../../../../plugin/plan/build.js';
import { planPromote } from '../../../../plugin/plan/promote.js';
import { inputOf, service, stateOf } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { invocationOf } from '../../invocation.js';
import { folderOf } from '../../temporary.js';
import { builderScript, programs } from './programs.js';

const { env } = programs({ podman: builderScript('podman') });
const context = folderOf({ Dockerfile: 'FROM scratch' });
const open = (flags: Record<string, FlagValue>, target = { version: 'v2' } as object, hasManifests = false) =>
  openBuild(invocationOf(['shop'], flags, env), target, hasManifests);

describe('openBuild', () => {
  test('is nothing without --build', async () => {
    expect(await open({ builder: undefined })).toBeUndefined();
  });

  test('reads what is asked for, and finds the builder', async () => {
    const dockerfile = join(context, 'Dockerfile');
    const flags = {
      build: true,
      push: true,
      'build-context': context,
      dockerfile,
      'build-arg': ['A=1', 'B'],
      platform: 'linux/arm/v7',
    };
    expect(await open(flags)).toMatchObject({
      request: { context, dockerfile, buildArgs: ['A=1', 'B'], platform: 'linux/arm/v7', push: true },
      builder: { name: 'podman' },
    });
  });

  test('builds the folder that it is called in, by default and without a push', async () => {
    expect((await open({ build: true }))?.request).toEqual({
      builder: 'podman',
      context: '.',
      buildArgs: [],
      push: false,
    });
  });

  test('takes the version of an image or of manifests', async () => {
    await expect(open({ build: true }, { image: 'r/shop:v2' })).resolves.toBeDefined();
    await expect(open({ build: true }, {}, true)).resolves.toBeDefined();
  });

  test.each([
    ['push', true],
    ['dockerfile', 'Dockerfile'],
    ['build-context', '.'],
    ['build-arg', ['A=1']],
    ['platform', 'linux/amd64'],
    ['builder', 'podman'],
  ])('refuses --%s without --build', async (name, value) => {
    await expect(open({ [name]: value })).rejects.toEqual(failure(UsageError, `--${name} needs --build`));
  });

  test.each([
    ['no version', {}, {}, '--build needs --version: nothing else says how to tag the image'],
    [
      'an image that is pinned',
      {},
      { image: `r/shop:v2@sha256:${'a'.repeat(64)}` },
      `image "r/shop:v2@sha256:${'a'.repeat(64)}" cannot be built: --build wants --image=REPOSITORY:TAG, or --version`,
    ],
    [
      'an image without a tag',
      {},
      { image: 'r/shop' },
      'image "r/shop" cannot be built: --build wants --image=REPOSITORY:TAG, or --version',
    ],
    [
      'no such folder',
      { 'build-context': 'nowhere' },
      undefined,
      'the path "nowhere" of --build-context does not exist',
    ],
    [
      'a file as folder',
      { 'build-context': 'package.json' },
      undefined,
      'the path "package.json" of --build-context is no folder',
    ],
    ['no such Dockerfile', { dockerfile: 'nowhere' }, undefined, 'the path "nowhere" of --dockerfile does not exist'],
    ['a folder as Dockerfile', { dockerfile: '.' }, undefined, 'the path "." of --dockerfile is no file'],
    [
      'several platforms',
      { platform: 'linux/amd64,linux/arm64' },
      undefined,
      'invalid platform "linux/amd64,linux/arm64": want one, such as linux/amd64',
    ],
    ['a nameless argument', { 'build-arg': ['=s3cret'] }, undefined, 'invalid build argument "": want NAME=VALUE'],
    ['an absent builder', { builder: 'nerdctl' }, undefined, 'builder "nerdctl" not found on PATH'],
  ])('refuses %s', async (_, flags, target, message) => {
    await expect(open({ build: true, ...flags }, target)).rejects.toEqual(failure(UsageError, message));
  });
});

describe('what is planned before a build', () => {
  const input = inputOf({ intent: { target: { version: 'latest' } } });
  const plan = planPromote(input);
  const build = (push: boolean) => {
    const built = planBuild(input, plan, { builder: 'docker', context: '.', buildArgs: [], push });
    if (!built) throw new Error('nothing to build');
    return built;
  };

  test('warns about a tag that changes, unless it will be pinned', () => {
    expect(draftPlan(build(false), plan).warnings).toEqual([
      expect.stringContaining('is built and not pushed'),
      expect.stringContaining('is not pinned'),
    ]);
    expect(draftPlan(build(true), plan).warnings).toEqual([]);
  });

  test('is given up when traffic moved to the color meanwhile', () => {
    expect(() => requireSameColor(build(true), plan)).not.toThrow();
    const moved = planPromote({ ...input, state: stateOf({ active: service('shop-active', 'green', {}) }) });
    expect(() => requireSameColor(build(true), moved)).toThrow(
      new LostRaceError('traffic moved to green while its image was built: run the command again'),
    );
  });
});
