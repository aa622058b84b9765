import type { Color } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { servingColors } from '../plan/active-color.js';
import { type CommandChoice, withCommands } from '../plan/checks/commands.js';
import type { Intent, Policies } from '../plan/input.js';
import { lastTraffic } from '../plan/last-traffic.js';
import { type Manifests, manifestDeployment } from '../plan/manifests.js';
import { type Overrides, overridePolicy, readPolicy } from '../plan/policy.js';
import { policyOfRevision } from '../plan/revisions.js';
import type { State } from '../plan/state.js';

/** What the user says about how a color is verified. */
export interface CheckOptions {
  readonly overrides: Overrides;
  readonly choice: CommandChoice;
  /** What is asked for: of the color that is rolled back to, a revision is verified as its own version asks. */
  readonly intent?: Intent;
}

/**
 * The policy of each color: of one that has traffic as it was deployed, of another one as the manifests have it, where
 * there are some. What belongs to the release is the manifests' for both.
 */
export function chosenPolicies(state: State, manifests: Manifests | undefined, options: CheckOptions): Policies {
  const serving = state.active ? servingColors(state) : restoredColors(state, manifests, options.intent);
  const policyOf = (color: Color): Policy => {
    if (!serving.includes(color))
      return manifests ? manifestPolicy(manifests, state.release, color) : ofRevision(color);
    const policy = readPolicy(state.active, state.deployments[color]);
    return manifests ? { ...policy, promotion: readPolicy(manifests.active, undefined).promotion } : policy;
  };
  const ofRevision = (color: Color) =>
    readPolicy(state.active, policyOfRevision(state.deployments[color], state.replicaSets, options.intent?.toRevision));
  const of = (color: Color) => chosen(policyOf(color), options);
  return { blue: of('blue'), green: of('green') };
}

/** The color for which an active Service that is gone is made anew: it keeps what it runs. */
function restoredColors(state: State, manifests: Manifests | undefined, intent: Intent | undefined): readonly Color[] {
  if (intent?.to) return state.deployments[intent.to] ? [intent.to] : [];
  const last = lastTraffic(state, { manifests, ...(intent && { target: intent.target }) });
  return last.kind === 'known' ? [last.color] : [];
}

/** The policy of one color that is there: as the manifests have it, where there are some, else as it was deployed. */
export function chosenPolicy(
  state: State,
  color: Color,
  manifests: Manifests | undefined,
  options: CheckOptions,
): Policy {
  const policy = manifests
    ? manifestPolicy(manifests, state.release, color)
    : readPolicy(state.active, state.deployments[color]);
  return chosen(policy, options);
}

const chosen = (policy: Policy, { overrides, choice }: CheckOptions): Policy =>
  overridePolicy(withCommands(policy, choice), overrides);

export const manifestPolicy = (manifests: Manifests, release: string, color: Color): Policy =>
  readPolicy(manifests.active, manifestDeployment(manifests, release, color));
