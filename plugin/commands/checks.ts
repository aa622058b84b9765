import type { Policy } from '../../charts/policy.js';
import { type Invocation, optionalFlag } from '../invocation.js';
import type { Deployment } from '../kubernetes.js';
import { type CommandChoice, withCommands } from '../plan/checks/commands.js';
import type { Manifests } from '../plan/manifests.js';
import { type Overrides, overridePolicy, readPolicy } from '../plan/policy.js';
import type { State } from '../plan/state.js';

/** What the user says about how a color is verified. */
export interface CheckOptions {
  readonly overrides: Overrides;
  readonly choice: CommandChoice;
}

export function commandChoice(invocation: Invocation, manifests: Manifests | undefined): CommandChoice {
  return {
    given: invocation.command,
    accepted: optionalFlag(invocation, 'run-commands'),
    fromFiles: manifests !== undefined,
  };
}

/** The policy of a release as its manifests have it, else its Service in the cluster, with what the user says instead. */
export function chosenPolicy(
  state: State,
  manifests: Manifests | undefined,
  options: CheckOptions,
  deployment: Deployment | undefined = state.deployments.blue ?? state.deployments.green,
): Policy {
  const policy = readPolicy(manifests?.active ?? state.active, deployment);
  return overridePolicy(withCommands(policy, options.choice), options.overrides);
}
