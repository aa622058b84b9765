import { readOwnership } from '../effects/owner.js';
import { RefusedError } from '../errors.js';
import { changesReplicas, deploymentOwner, heldText, migrationsText, templateChange } from '../plan/gitops/held.js';
import type { Owner } from '../plan/gitops/ownership.js';
import { lackingRules, leavesTraffic, type Rule, ruleText } from '../plan/gitops/rules.js';
import { versionOf } from '../plan/image.js';
import type { State } from '../plan/state.js';
import { type Plan, preparedColor } from '../plan/steps.js';
import type { Session } from '../session.js';

/** A tool that applies the release, and what it would put back of a plan. */
export interface Ownership {
  readonly owner: Owner;
  /** Whether it leaves traffic where a promotion moves it. */
  readonly leavesTraffic: boolean;
  /** Rules that are needed and not set, of the active Service's selector and of all else. */
  readonly lacking: readonly Rule[];
}

/** The tool that applies what a plan changes when it moves traffic; undefined where there is none, or no traffic moves. */
export async function ownerOf({ run }: Session, state: State, plan: Plan): Promise<Ownership | undefined> {
  if (!state.active || plan.from === plan.to) return undefined;
  const found = await readOwnership(run.api, state);
  if (!found) return undefined;
  const { owner, rules } = found;
  return { owner, leavesTraffic: leavesTraffic(rules), lacking: lackingRules(state, rules) };
}

/**
 * Lets a plan go on that no tool puts back: with --force what one may put back is a warning, and so is on a rollback, which
 * is made in a hurry, what is not traffic.
 *
 * @returns what is to be said
 * @throws RefusedError
 */
export function respectOwner(state: State, plan: Plan, found: Ownership | undefined, force: boolean): string[] {
  if (!found || found.lacking.length === 0) return [];
  const { owner, lacking } = found;
  const by = `managed by ${owner.tool} (${owner.evidence})`;
  const text = found.leavesTraffic
    ? `release "${state.release}" is ${by}, which may put back what a promotion changes: ${lacking.map(ruleText).join(', ')}`
    : `service "${state.active?.metadata.name}" is ${by}, which may move traffic back`;
  if (force || (found.leavesTraffic && plan.operation === 'rollback')) return [text];
  const instead = found.leavesTraffic
    ? 'use --force, or set the rules'
    : `use --write-back, which leaves the switch to ${owner.tool} and a commit, or --force, or let them live together`;
  const check = `("kubectl bluegreen gitops ${state.release}" says what is missing)`;
  throw new RefusedError(`${text}: ${instead} ${check}:\n${owner.remedy.trimEnd()}`);
}

/** @throws RefusedError where a plan that leaves the switch to a commit changes replicas that the tool would put back */
export function respectReplicas(plan: Plan, { lacking, owner }: Ownership): void {
  const color = preparedColor(plan);
  const rule = lacking.find(({ path, object }) => path === '/spec/replicas' && object.endsWith(`-${color}`));
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
  if (change !== undefined) {
    const version = plan.image ? versionOf(plan.image) : '';
    const text = heldText(owner, { release: state.release, color, change, version });
    if (!force) throw new RefusedError(text);
    return [text.split(':', 1)[0] ?? text];
  }
  return [migrationsText(owner, plan, color) ?? []].flat();
}
