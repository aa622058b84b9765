import { statSync } from 'node:fs';
import { UsageError } from '../core/errors.js';
import type { Build } from '../operations/build/prepare.js';
import { parseImage, type Target } from '../plan/image.js';
import { booleanFlag, type Invocation, listFlag, stringFlag } from './invocation.js';

/**
 * Reads the flags of a build, before anything else is asked or done.
 *
 * @param hasManifests - whether -f was given, whose image may say the version
 * @returns undefined without --build
 * @throws UsageError when they make no sense, or name what does not exist
 */
export async function openBuild(
  invocation: Invocation,
  target: Target,
  hasManifests: boolean,
): Promise<Build | undefined> {
  const builder = stringFlag(invocation, 'builder');
  const dockerfile = stringFlag(invocation, 'dockerfile');
  const context = stringFlag(invocation, 'build-context');
  const platform = stringFlag(invocation, 'platform');
  const buildArgs = listFlag(invocation, 'build-arg');
  const push = booleanFlag(invocation, 'push');
  if (!booleanFlag(invocation, 'build')) {
    const given = { push: push || undefined, dockerfile, 'build-context': context, platform, builder };
    const alone = Object.entries({ ...given, 'build-arg': buildArgs[0] }).find(([, value]) => value !== undefined);
    if (alone) throw new UsageError(`--${alone[0]} needs --build`);
    return undefined;
  }
  requireTag(target, hasManifests);
  requirePath(context ?? '.', 'folder', '--build-context');
  if (dockerfile !== undefined) requirePath(dockerfile, 'file', '--dockerfile');
  if (platform !== undefined && !/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(platform))
    throw new UsageError(`invalid platform "${platform}": want one, such as linux/amd64`);
  for (const one of buildArgs)
    if (!/^[A-Za-z_]\w*(=|$)/.test(one))
      throw new UsageError(`invalid build argument "${one.split('=')[0]}": want NAME=VALUE`);
  // Most runs build nothing, and what runs programs is large.
  const { findBuilder } = await import('../run/builder/builder.js');
  const found = await findBuilder(builder, invocation.env);
  const request = {
    builder: found.name,
    context: context ?? '.',
    ...(dockerfile !== undefined && { dockerfile }),
    ...(platform !== undefined && { platform }),
    buildArgs,
    push,
  };
  return { request, builder: found };
}

function requireTag({ version, image }: Target, hasManifests: boolean): void {
  if (version !== undefined) return;
  if (image === undefined) {
    if (hasManifests) return;
    throw new UsageError('--build needs --version: nothing else says how to tag the image');
  }
  const { tag, digest } = parseImage(image);
  if (tag === undefined || digest !== undefined)
    throw new UsageError(`image "${image}" cannot be built: --build wants --image=REPOSITORY:TAG, or --version`);
}

function requirePath(path: string, want: 'file' | 'folder', flag: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`the path "${path}" of ${flag} does not exist`);
  if (stat.isDirectory() !== (want === 'folder')) throw new UsageError(`the path "${path}" of ${flag} is no ${want}`);
}
