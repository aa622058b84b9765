import { findOwner } from '../effects/owner.js';
import { RefusedError } from '../errors.js';
import type { Owner } from '../plan/gitops/ownership.js';
import type { State } from '../plan/state.js';
import type { Plan } from '../plan/steps.js';
import type { Session } from '../session.js';

/** The other tool that owns the selector that a plan changes. */
export async function ownerOf({ run }: Session, { active }: State, plan: Plan): Promise<Owner | undefined> {
  return active && plan.from !== plan.to ? await findOwner(run.api, active) : undefined;
}

/** @throws RefusedError without force */
export function respectOwner({ active }: State, owner: Owner, force: boolean, warn: (text: string) => void): void {
  const text = `service "${active?.metadata.name}" is managed by ${owner.tool} (${owner.evidence}), which may move traffic back`;
  if (!force)
    throw new RefusedError(
      `${text}: use --write-back, which leaves the switch to ${owner.tool} and a commit, or --force, ` +
        `or let them live together: ${owner.remedy}`,
    );
  warn(text);
}
