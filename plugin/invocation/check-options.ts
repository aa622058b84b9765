import { COLORS } from '../../charts/names.js';
import { manifestPolicy } from '../operations/policies.js';
import type { CommandChoice } from '../plan/checks/commands.js';
import { commandChecks } from '../plan/checks/kinds.js';
import type { Manifests } from '../plan/manifests.js';
import { type Invocation, optionalFlag } from './invocation.js';

/** What a person lets a run do with the commands among the checks. */
export function commandChoice(
  invocation: Invocation,
  release: string,
  manifests: Manifests | undefined,
): CommandChoice {
  const stated = COLORS.flatMap((color) =>
    manifests ? commandChecks(manifestPolicy(manifests, release, color).checks) : [],
  );
  return {
    given: invocation.command,
    accepted: optionalFlag(invocation, 'run-commands'),
    stated: stated.map(({ command }) => command),
  };
}
