import { type Color, otherColor } from '../../charts/names.js';
import { InterruptedError, NotConfirmedError, RolledBackError, UnknownStateError } from '../core/errors.js';
import { closeEntry, type HistoryEntry, type HistoryOutcome, shorten, upsertEntry } from './history.js';
import { imageOf, versionOf } from './image.js';
import type { State } from './state.js';
import type { Plan } from './steps.js';

/** How a run of a plan ended. */
export interface EndedRun {
  readonly id: string;
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** A step has moved traffic, and so its own request wrote the entry. */
  readonly movedTraffic: boolean;
  /** A step has changed, or may have changed, what a color runs. */
  readonly changedColor: boolean;
  readonly error?: unknown;
}

type Change = (entries: readonly HistoryEntry[]) => HistoryEntry[];

/**
 * What the history is still to be told of a run, or undefined.
 *
 * The patch that moved traffic has written its own entry; without one, a run is worth an entry when it changed something.
 */
export function runRecord(plan: Plan, before: State, ended: EndedRun): Change | undefined {
  const { id, error, movedTraffic, changedColor } = ended;
  if (error instanceof RolledBackError || error instanceof UnknownStateError) return undefined;
  const message = error === undefined ? undefined : shorten((error as Error).message);
  if (movedTraffic) return message === undefined ? undefined : (entries) => closeEntry(entries, id, { message });
  if (!changedColor) return undefined;
  const entry: HistoryEntry = {
    ...place(plan, before),
    id,
    by: ended.by,
    at: ended.at,
    outcome: outcomeOf(ended),
    ...(message !== undefined && { message }),
  };
  return (entries) => upsertEntry(entries, entry);
}

function outcomeOf({ error }: EndedRun): HistoryOutcome {
  if (error === undefined) return 'complete';
  if (error instanceof InterruptedError) return 'interrupted';
  return error instanceof NotConfirmedError ? 'not-confirmed' : 'failed';
}

type Place = Pick<HistoryEntry, 'kind' | 'from' | 'to' | 'fromVersion' | 'toVersion' | 'message'>;

function place(plan: Plan, before: State): Place {
  const { operation, from, to } = plan;
  const running = (color: Color) => versionOf(imageOf(before.deployments[color]));
  if (from !== to) return { kind: operation, from, to, fromVersion: running(from), toVersion: versionOf(plan.image) };
  const idle = otherColor(from);
  const common = { from: idle, to: idle, fromVersion: running(idle) };
  // A promotion that leaves the switch to a GitOps tool has deployed, and no more.
  if (operation !== 'cleanup') return { ...common, kind: 'deploy', toVersion: versionOf(plan.image) };
  const scaling = plan.steps.find((step) => step.kind === 'scale-down');
  const message = scaling && { message: `from ${scaling.from} to ${scaling.to} replicas` };
  return { ...common, kind: 'cleanup', toVersion: running(idle), ...message };
}
