import type { Color } from '../../../charts/names.js';
import type { Deployment, PodTemplate } from '../../core/kubernetes.js';
import { type HistoryEntry, readHistory } from '../history.js';
import { imageOf, versionOf } from '../image.js';
import { runningVersion } from '../last-traffic.js';
import { revisionsOf } from '../revisions.js';
import type { State } from '../state.js';

/** What the history of a release says of the time when a color that has no traffic had it. */
export type Before =
  /** It had the traffic as it runs. */
  | { readonly kind: 'as-it-runs' }
  /** It had the traffic with a version, and was deployed to since. */
  | { readonly kind: 'changed'; readonly version: string | undefined }
  /** It got the traffic, and the watch took it away again. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown' };

const NOT_MOVED: readonly string[] = ['abandoned', 'failed', 'not-confirmed'];

export function servedBefore(state: State, color: Color): Before {
  const { entries } = readHistory(state.active);
  const left = entries.findLastIndex((entry) => hasMoved(entry) && entry.from === color);
  const leaving = entries[left];
  if (!leaving) {
    // The history of a Service that was made anew begins with a message that says so, and what was before is lost.
    const first = entries.find(({ outcome, message }) => outcome === 'installed' && message === undefined);
    return { kind: first && first.to !== color ? 'never' : 'unknown' };
  }
  if (leaving.kind === 'switch-back') return { kind: 'failed' };
  const { fromVersion: version } = leaving;
  const isChanged = entries.slice(left + 1).some((entry) => hasDeployed(entry, color));
  const running = runningVersion(state, color);
  return isChanged || (version !== undefined && version !== running)
    ? { kind: 'changed', version }
    : { kind: 'as-it-runs' };
}

/** Whether users had a version at some time that the history still knows. */
export function hasServed(state: State, version: string): boolean {
  const { entries } = readHistory(state.active);
  return entries.some((entry) => {
    const isInstall = entry.outcome === 'installed';
    if (!isInstall && !hasMoved(entry)) return false;
    return entry.toVersion === version || (!isInstall && entry.fromVersion === version);
  });
}

const hasMoved = ({ from, to, outcome }: HistoryEntry) => from !== to && !NOT_MOVED.includes(outcome);

/** A run that failed has put the color back. */
function hasDeployed({ kind, to, outcome }: HistoryEntry, color: Color): boolean {
  if (to !== color || outcome === 'failed') return false;
  return kind === 'deploy' || (kind === 'promote' && outcome === 'not-confirmed');
}

export function versionIn(deployment: Deployment, template: PodTemplate): string {
  const changed = { ...deployment, spec: { ...deployment.spec, template } };
  return versionOf(imageOf(changed));
}

/**
 * The flags of a rollback that brings traffic back to what a color had it with: none where it runs that, and undefined where
 * there is nothing to go back to. A version that was only deployed is promoted, not rolled back to.
 */
export function wayBack(state: State, color: Color): readonly string[] | undefined {
  const before = servedBefore(state, color);
  if (before.kind === 'as-it-runs' || before.kind === 'unknown') return [];
  const deployment = state.deployments[color];
  if (before.kind !== 'changed' || !deployment || before.version === undefined) return undefined;
  const revision = revisionsOf(deployment, state.replicaSets)
    .filter(({ current }) => !current)
    .findLast(({ template }) => versionIn(deployment, template) === before.version);
  return revision && [`--to-revision=${revision.revision}`];
}
