import { readOwnership } from '../effects/owner.js';
import { RefusedError } from '../errors.js';
import type { Owner } from '../plan/gitops/ownership.js';
import { leavesTraffic, missingRulesText } from '../plan/gitops/rules.js';
import type { State } from '../plan/state.js';
import type { Plan } from '../plan/steps.js';
import type { Session } from '../session.js';

/** The other tool that owns the selector that a plan changes, or a warning about one that leaves that alone and not all else. */
export async function ownerOf(
  { run }: Session,
  state: State,
  plan: Plan,
): Promise<{ readonly owner?: Owner; readonly warning?: string | undefined }> {
  if (!state.active || plan.from === plan.to) return {};
  const ownership = await readOwnership(run.api, state);
  if (!ownership) return {};
  const { owner, rules } = ownership;
  return leavesTraffic(rules) ? { warning: missingRulesText(owner.tool, state.release, rules) } : { owner };
}

/** @throws RefusedError without force */
export function respectOwner(
  { active, release }: State,
  owner: Owner,
  force: boolean,
  warn: (text: string) => void,
): void {
  const text = `service "${active?.metadata.name}" is managed by ${owner.tool} (${owner.evidence}), which may move traffic back`;
  if (!force)
    throw new RefusedError(
      `${text}: use --write-back, which leaves the switch to ${owner.tool} and a commit, or --force, ` +
        `or let them live together ("kubectl bluegreen gitops ${release}" says what is missing):\n${owner.remedy.trimEnd()}`,
    );
  warn(text);
}
