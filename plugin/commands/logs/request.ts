import { COLOR_LABEL, COLORS, type Color, isColor, otherColor } from '../../../charts/names.js';
import { parsePositiveDuration } from '../../core/duration.js';
import { RefusedError, UsageError } from '../../core/errors.js';
import type { Pod } from '../../core/kubernetes.js';
import { booleanFlag, type Invocation, releaseArgument, stringFlag } from '../../invocation/invocation.js';
import type { Query } from '../../kube/api.js';
import { installed, installedOrOverlapping } from '../../plan/active-color.js';
import { containerNames } from '../../plan/instance.js';
import { lastOperation } from '../../plan/operation.js';
import { readPolicy } from '../../plan/policy.js';
import type { State } from '../../plan/state.js';
import { overlapOf } from '../../plan/traffic.js';
import type { LogRequest } from '../../run/logs/follow.js';

/** What the arguments and flags of `logs` say, before the cluster is asked. */
export interface LogArguments {
  readonly release: string;
  readonly which: Color | 'active' | 'idle' | 'both';
  readonly follow: boolean;
  readonly previous: boolean;
  readonly sincePromote: boolean;
  /** tailLines and sinceSeconds, as the API has them. */
  readonly since: Query;
  readonly container: string | undefined;
  readonly allContainers: boolean;
}

const DEFAULT_TAIL = '10';

/** @throws UsageError for values that make no sense, and for flags that exclude each other */
export function readLogArguments(invocation: Invocation): LogArguments {
  const given = (name: string) => booleanFlag(invocation, name);
  const since = stringFlag(invocation, 'since');
  const sincePromote = given('since-promote');
  const follow = given('follow');
  const previous = given('previous');
  const container = stringFlag(invocation, 'container');
  const allContainers = given('all-containers');
  if (since !== undefined && sincePromote) throw new UsageError('--since and --since-promote exclude each other');
  if (follow && previous)
    throw new UsageError('--previous and --follow exclude each other: what ended has no new lines');
  if (container !== undefined && allContainers)
    throw new UsageError('--container and --all-containers exclude each other');
  const tail = stringFlag(invocation, 'tail') ?? (since === undefined && !sincePromote ? DEFAULT_TAIL : '-1');
  return {
    release: releaseArgument(invocation),
    which: readWhich(invocation.args[1]),
    follow,
    previous,
    sincePromote,
    since: { ...tailQuery(tail), ...(since !== undefined && sinceQuery(since)) },
    container,
    allContainers,
  };
}

function readWhich(word: string | undefined): LogArguments['which'] {
  if (word === undefined) return 'both';
  if (isColor(word) || word === 'active' || word === 'idle') return word;
  throw new UsageError(`invalid color "${word}": want blue, green, active or idle`);
}

function tailQuery(tail: string): Query {
  if (tail === '-1') return {};
  if (/^\d{1,9}$/.test(tail)) return { tailLines: String(Number(tail)) };
  throw new UsageError(`invalid number "${tail}" for --tail: want a whole number of lines, or -1 for all`);
}

/** The API takes whole seconds, and at least one. */
function sinceQuery(since: string): Query {
  return { sinceSeconds: String(Math.ceil(parsePositiveDuration(since, '--since') / 1000)) };
}

/** When traffic was last moved. RFC 3339. @throws RefusedError where no operation is on record */
export function lastMove(state: State): string {
  const { active, release } = installedOrOverlapping(state);
  const at = lastOperation(active)?.at;
  if (at !== undefined && !Number.isNaN(Date.parse(at))) return at;
  throw new RefusedError(
    `service "${active.metadata.name}" has no operation on record: when traffic of "${release}" moved is not known`,
  );
}

/**
 * What to read of which Pods.
 *
 * @throws RefusedError for a container that no Pod has, and for a release that does not exist
 */
export function logRequest(state: State, asked: LogArguments): LogRequest {
  const { active, deployments, pods } = state;
  // Before the first color has been verified there is no active Service, and its Pods have logs.
  if (pods.length === 0 && !deployments.blue && !deployments.green) installed(state);
  const since = { ...asked.since, ...(asked.sincePromote && { sinceTime: lastMove(state) }) };
  if (asked.container !== undefined) requireContainer(state, asked.container);
  const containersOf = (pod: Pod): readonly string[] => {
    const names = containerNames(pod);
    if (asked.allContainers) return names;
    if (asked.container !== undefined) return names.filter((name) => name === asked.container);
    const color = pod.metadata.labels?.[COLOR_LABEL];
    const own = readPolicy(active, isColor(color) ? deployments[color] : undefined).container;
    return [names.includes(own) ? own : (pod.spec.containers[0]?.name ?? '')];
  };
  return { colors: colorsOf(state, asked.which), containersOf, since };
}

function colorsOf(state: State, which: LogArguments['which']): readonly Color[] {
  if (which === 'both') return COLORS;
  const overlap = state.active && overlapOf(state.active, state.release);
  if (which === 'active' && overlap) return COLORS;
  if (which === 'active') return [installed(state).activeColor];
  if (which === 'idle') return [otherColor(installed(state).activeColor)];
  return [which];
}

function requireContainer({ release, pods, deployments }: State, name: string): void {
  const templates = COLORS.flatMap((color) => deployments[color]?.spec.template ?? []);
  const names = new Set([...pods, ...templates].flatMap(containerNames));
  if (names.has(name)) return;
  throw new RefusedError(
    `container "${name}" not found in the Pods of "${release}": they have ${[...names].join(', ') || 'none'}`,
  );
}
