import { type Color, isColor } from '../../charts/names.js';
import type { SwitchMode } from '../../charts/policy.js';
import { parseCount, parseDuration, parsePositiveDuration, parseRevision } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { environmentFolder } from '../manifests/environments.js';
import { parseImage, type Target, validVersion } from '../plan/image.js';
import type { Intent } from '../plan/input.js';
import { type Manifests, sortManifests } from '../plan/manifests.js';
import type { Overrides } from '../plan/policy.js';
import { environmentFlag } from './environment.js';
import { booleanFlag, type Invocation, listFlag, optionalFlag, stringFlag } from './invocation.js';

/** The manifests of `-f`, when it was given: with --environment those in the folder of its name. */
export async function loadManifests(invocation: Invocation, release: string): Promise<Manifests | undefined> {
  const paths = listFlag(invocation, 'filename');
  if (paths.length === 0) return undefined;
  const environment = environmentFlag(invocation);
  const sources = environment ? paths.map((path) => environmentFolder(path, environment)) : paths;
  const { readManifests } = await import('../manifests/files.js');
  return sortManifests(readManifests(sources), release, sources.join(', '));
}

export function readIntent(invocation: Invocation): Intent {
  const to = stringFlag(invocation, 'to');
  const target = readTarget(stringFlag(invocation, 'version'), stringFlag(invocation, 'image'));
  const revision = stringFlag(invocation, 'to-revision');
  return {
    target,
    ...(isColor(to) && { to }),
    ...(revision !== undefined && { toRevision: parseRevision(revision, '--to-revision') }),
    applyShared: booleanFlag(invocation, 'apply-shared'),
    force: booleanFlag(invocation, 'force'),
    prune: optionalFlag(invocation, 'prune') ?? true,
  };
}

/** @throws UsageError when the argument at that place is there and no color */
export function colorArgument({ args }: Invocation, index: number): Color | undefined {
  const color = args[index];
  if (color === undefined || isColor(color)) return color;
  throw new UsageError(`invalid color "${color}": want blue or green`);
}

/** @throws UsageError when a check could not ask for it */
export function checkPath(path: string): string {
  if (/^\/[!-~]*$/.test(path)) return path;
  throw new UsageError(`invalid path "${path}" for --check-path: want one that starts with "/", without white space`);
}

function readTarget(version: string | undefined, image: string | undefined): Target {
  if (version !== undefined && image !== undefined) throw new UsageError('--version and --image exclude each other');
  if (version !== undefined) return { version: validVersion(version) };
  if (image === undefined) return {};
  parseImage(image);
  return { image };
}

/** Flags first, then the environment variables that the scripts of old knew. */
export function readOverrides(invocation: Invocation): Overrides {
  const { env } = invocation;
  const pick = <T>(parse: (text: string, flag: string) => T, name: string, variable?: string): T | undefined => {
    const flag = stringFlag(invocation, name);
    if (flag !== undefined) return parse(flag, `--${name}`);
    const value = variable && env[variable];
    return value ? parse(value, variable) : undefined;
  };
  const seconds = (text: string, flag: string) => parseDuration(text, flag) / 1000;
  const positiveSeconds = (text: string, flag: string) => parsePositiveDuration(text, flag) / 1000;
  return definedOnly({
    retries: pick(parseCount, 'check-retries', 'HEALTH_CHECK_RETRIES'),
    intervalSeconds: pick(seconds, 'check-interval', 'HEALTH_CHECK_INTERVAL'),
    checkTimeoutSeconds: pick(positiveSeconds, 'check-timeout'),
    rolloutTimeoutSeconds: pick(seconds, 'timeout'),
    soakSeconds: pick(seconds, 'soak'),
    switch: pick(switchMode, 'switch'),
    overlapSeconds: pick(seconds, 'overlap'),
  });
}

/** Milliseconds that --wait waits; 0 is forever. */
export function readWaiting(invocation: Invocation): number {
  return parseDuration(stringFlag(invocation, 'wait-timeout') ?? '1h', '--wait-timeout');
}

/** The parser of the command line lets no other pass. */
const switchMode = (text: string): SwitchMode => (text === 'overlap' ? 'overlap' : 'atomic');

function definedOnly<T extends object>(values: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
