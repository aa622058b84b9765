import { type Color, otherColor } from '../../../charts/names.js';
import { lastTraffic, runningVersion } from '../last-traffic.js';
import { lastServed } from '../served.js';
import type { State } from '../state.js';
import type { Plan } from '../steps.js';
import { servedColors } from '../traffic.js';
import { relationOf } from './relation.js';
import { servedBefore } from './served-before.js';

/**
 * What happens to traffic when it is sent to a color, in words; undefined where it is there already.
 *
 * @param version - that the color runs then, by default the one that it runs now
 */
export function moveText(state: State, to: Color, version?: string): string | undefined {
  const running = runningVersion(state, to);
  const then = version ?? running ?? '';
  const target = nameOf(to, then);
  const serving = servedColors(state);
  const from = otherColor(to);
  const other = runningVersion(state, from) ?? '';
  if (serving.length > 1) return `leaves all traffic on ${target}; ${nameOf(from, other)} has it as well now`;
  if (serving.length === 0) return `sends traffic to ${target}, and no color has it now${lastText(state, to)}`;
  if (serving[0] === to) return undefined;
  const relation = `${relationOf(other, then)}${beforeText(state, to, then === running)}`;
  return `moves traffic from ${nameOf(from, other)} to ${target}: ${relation}`;
}

const nameOf = (color: Color, version: string) => (version === '' ? color : `${color} (${version})`);

function beforeText(state: State, to: Color, isAsItRuns: boolean): string {
  const before = servedBefore(state, to);
  if (before.kind === 'failed') return `, and traffic was switched back from ${to} before`;
  if (!isAsItRuns) return '';
  if (before.kind === 'as-it-runs') return ', which had the traffic before';
  return before.kind === 'unknown' ? '' : ', which never had the traffic as it runs';
}

function lastText(state: State, to: Color): string {
  const last = lastTraffic(state);
  if (last.kind === 'none') return '';
  if (last.kind === 'unknown') return `: ${last.evidence}`;
  return last.color === to ? `: ${last.evidence}` : `, although ${last.evidence}`;
}

/** What a plan does to traffic; undefined for one that leaves it where it is. */
export function planEffect(state: State, plan: Plan, version: string | undefined): string | undefined {
  const moves = plan.steps.some(({ kind }) => kind === 'switch');
  return moves ? moveText(state, plan.to, version) : undefined;
}

/** What happens to the version that users get when the color that has the traffic is changed in place. */
export function changeText(state: State, color: Color, version: string): string | undefined {
  if (!servedColors(state).includes(color)) return undefined;
  const served = lastServed(state);
  const before = runningVersion(state, color) ?? (served?.color === color ? served.version : undefined);
  if (before === version) return undefined;
  const place = state.deployments[color]
    ? `${color}, which has the traffic`
    : `${color}, which has the traffic and no Deployment`;
  if (before === undefined) return `brings ${place}, to ${version}`;
  return `brings ${place}, from ${before} to ${version}: ${relationOf(before, version)}`;
}
