import type { Color } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import {
  changesReplicas,
  deploymentOwner,
  heldText,
  migrationsText,
  templateChange,
  wayText,
} from '../plan/gitops/held.js';
import { holdText, readHold } from '../plan/gitops/hold.js';
import { lackingRules, leavesTraffic, type Rule, ruleText } from '../plan/gitops/rules.js';
import { templateHash } from '../plan/identity.js';
import { versionOf } from '../plan/image.js';
import type { State } from '../plan/state.js';
import { type Plan, preparedColor } from '../plan/steps.js';
import { type Ownership, readOwnership } from '../run/ownership.js';
import type { Session } from '../run/session.js';

/** The tool that applies what a plan changes when it moves traffic; undefined where there is none, or no traffic moves. */
export async function ownerOf({ run }: Pick<Session, 'run'>, state: State, plan: Plan): Promise<Ownership | undefined> {
  return state.active && plan.from !== plan.to ? await readOwnership(run.api, state) : undefined;
}

/**
 * Lets a plan go on that no tool puts back: with --force what one may put back is a warning, and so is on a rollback, which
 * is made in a hurry, what is not traffic.
 *
 * @returns what is to be said
 * @throws RefusedError
 */
export function respectOwner(state: State, plan: Plan, found: Ownership | undefined, force: boolean): string[] {
  const lacking = found ? lackingRules(state, found.rules) : [];
  if (!found || lacking.length === 0) return [];
  const { owner, rules } = found;
  const staysPut = leavesTraffic(rules);
  const by = `managed by ${owner.tool} (${owner.evidence})`;
  const text = staysPut
    ? `release "${state.release}" is ${by}, which may put back what a promotion changes: ${lacking.map(ruleText).join(', ')}`
    : `service "${state.active?.metadata.name}" is ${by}, which may move traffic back`;
  if (force || (staysPut && plan.operation === 'rollback')) return [text];
  const instead = staysPut
    ? 'use --force, or set the rules'
    : `use --write-back, which leaves the switch to ${owner.tool} and a commit, or --force, or let them live together`;
  const check = `("kubectl bluegreen gitops ${state.release}" says what is missing)`;
  throw new RefusedError(`${text}: ${instead} ${check}:\n${owner.remedy.trimEnd()}`);
}

/** @throws RefusedError where a plan that leaves the switch to a commit changes replicas that the tool would put back */
export function respectReplicas(state: State, plan: Plan, { owner, rules }: Ownership): void {
  const color = preparedColor(plan);
  const isOfColor = ({ path, object }: Rule) => path === '/spec/replicas' && object.endsWith(`-${color}`);
  const rule = lackingRules(state, rules).find(isOfColor);
  if (!rule || !changesReplicas(plan, color)) return;
  throw new RefusedError(
    `${rule.object} gets other replicas, which ${owner.tool} (${owner.evidence}) puts back before the commit moves traffic ` +
      `to it: use --force, or set the rules:\n${owner.remedy.trimEnd()}`,
  );
}

/**
 * Versions of a color that a tool applies come from where the tool gets them.
 *
 * @returns what is to be said
 * @throws RefusedError unless forced
 */
export function respectDeployment(state: State, plan: Plan, force: boolean): string[] {
  if (!state.active || plan.nothingToDo !== undefined) return [];
  const color = preparedColor(plan);
  const owner = deploymentOwner(state, color);
  if (!owner) return [];
  const change = templateChange(plan, color);
  if (change === undefined) {
    const text = migrationsText(owner, plan, color);
    return text === undefined ? [] : [text];
  }
  const version = plan.image ? versionOf(plan.image) : '';
  const why = heldText(owner, { release: state.release, color, change });
  if (force) return [why];
  throw new RefusedError(
    `${why}: its versions come from there\n${wayText(owner, { release: state.release, color, version })}`,
  );
}

/**
 * What failed once is not promoted again by the next run of a pipeline.
 *
 * @param released - `--release-hold` was given
 * @returns what is to be said
 * @throws RefusedError when a promotion would move traffic to what is on hold
 */
export function respectHold(state: State, plan: Plan, to: Color, released: boolean): string[] {
  const hold = readHold(state.active);
  const deployment = state.deployments[to];
  if (!hold || !deployment || plan.from === to || plan.nothingToDo !== undefined || !deploymentOwner(state, to))
    return [];
  if (templateHash(deployment) !== hold.template) return [];
  const text = holdText(hold);
  if (released || plan.operation !== 'promote') return [text];
  throw new RefusedError(
    `${text}\ncommit another version, or use --release-hold, which promotes this one once more and ends the hold when it succeeds`,
  );
}
