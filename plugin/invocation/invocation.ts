import type { Readable } from 'node:stream';
import { UsageError } from '../core/errors.js';
import type { Connection } from '../kube/connection.js';
import type { Output } from '../terminal/reporter.js';
import { KUBECTL_FLAGS } from './flags.js';

export type FlagValue = string | boolean | readonly string[] | undefined;

/** One call of the program: parsed arguments, and the process around it. */
export interface Invocation {
  readonly verb: string;
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** The words behind `--`, for verbs that run a command. */
  readonly command?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Begun while the command was loaded, for those that always connect. */
  readonly connection?: Connection;
  /** It goes on after it has made an active Service anew: what it writes to files follows what is there. */
  readonly isContinued?: true;
  /** Aborted, with the error to end with, by the first signal. */
  readonly signal: AbortSignal;
}

export function stringFlag({ flags }: Invocation, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** A switch that may be left unsaid. */
export function optionalFlag({ flags }: Invocation, name: string): boolean | undefined {
  const value = flags[name];
  return typeof value === 'boolean' ? value : undefined;
}

export const booleanFlag = ({ flags }: Invocation, name: string): boolean => flags[name] === true;

export function listFlag({ flags }: Invocation, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

const NAME = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
/** Room for the longest suffix, `-preview`, in a name of 63 characters. */
const MAX_NAME = 55;

/** @throws UsageError when the first argument is not the name of a release */
export function releaseArgument({ args }: Invocation): string {
  const [name] = args;
  if (name === undefined) throw new UsageError('required argument NAME is missing: the name of a release');
  if (NAME.test(name) && name.length <= MAX_NAME) return name;
  throw new UsageError(
    `invalid release name "${name}": want at most ${MAX_NAME} lower case letters, digits or "-", starting with a letter`,
  );
}

/** An RFC 1123 subdomain, as the name of a Deployment has to be, after what kubectl takes before one. */
const DEPLOYMENT = /^(?:deploy(?:ments?)?(?:\.apps)?\/)?([a-z0-9]([-.a-z0-9]*[a-z0-9])?)$/;

/**
 * @param wanted - what is missing when there is no argument
 * @throws UsageError when the first argument is not the name of a Deployment, with or without `deployment/`
 */
export function deploymentArgument(
  { args }: Invocation,
  wanted = 'DEPLOYMENT is missing: the name of a Deployment',
): string {
  const [text] = args;
  if (text === undefined) throw new UsageError(`required argument ${wanted}`);
  const name = DEPLOYMENT.exec(text)?.[1];
  if (name !== undefined && name.length <= 253) return name;
  throw new UsageError(`invalid deployment name "${text}": want at most 253 lower case letters, digits, "-" or "."`);
}

/** kubectl's global flags as they were given, in the form that kubectl takes. */
export function kubectlFlags({ flags }: Pick<Invocation, 'flags'>): string[] {
  return Object.keys(KUBECTL_FLAGS).flatMap((name) => {
    const value = flags[name];
    if (value === undefined) return [];
    const values = Array.isArray(value) ? (value as string[]) : [String(value)];
    return values.map((one) => (name === 'v' ? `-v=${one}` : `--${name}=${one}`));
  });
}
