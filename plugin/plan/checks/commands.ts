import { COMMAND_DEFAULTS } from '../../../charts/default-checks.js';
import type { CommandCheck, Policy } from '../../../charts/policy.js';
import { RefusedError } from '../../core/errors.js';
import type { Plan } from '../steps.js';
import { commandChecks, commandLine, podChecks } from './kinds.js';

/** What the user said about commands that are to be run on their machine. */
export interface CommandChoice {
  /** The command behind `--`. */
  readonly given?: readonly string[] | undefined;
  /** `--run-commands`: undefined where nothing was said. */
  readonly accepted?: boolean | undefined;
  /** Commands of checks in the files that the user named. */
  readonly stated?: readonly (readonly string[])[];
}

const GIVEN_NAME = 'command';

/** A policy with the command that the user gave, and without those that the user declined. */
export function withCommands(policy: Policy, { given, accepted }: CommandChoice): Policy {
  const checks = accepted === false ? podChecks(policy.checks) : policy.checks;
  if (!given) return { ...policy, checks };
  const others = checks.filter((check) => !('command' in check && isSame(check.command, given)));
  return { ...policy, checks: [...others, { name: freeName(others), command: given, ...COMMAND_DEFAULTS }] };
}

/** A policy whose verification runs no command, and what to say about that. */
export function withoutCommands(policy: Policy): { policy: Policy; warnings: string[] } {
  const warnings = commandChecks(policy.checks).map(
    ({ name }) => `check "${name}" runs a command: a rollback does not wait for it`,
  );
  return { policy: { ...policy, checks: podChecks(policy.checks) }, warnings };
}

/**
 * Permission to edit an object in the cluster must not be permission to run programs here: a command that only an
 * annotation names is not run by itself.
 *
 * @throws RefusedError showing the commands
 */
export function requireConsent(commands: readonly CommandCheck[], choice: CommandChoice, release: string): void {
  if (choice.accepted) return;
  const known = [...(choice.stated ?? []), ...(choice.given ? [choice.given] : [])];
  const foreign = commands.filter(({ command }) => !known.some((one) => isSame(one, command)));
  if (foreign.length === 0) return;
  const shown = foreign.map(
    ({ name, command }) => `check "${name}" would run on this machine: ${commandLine(command)}`,
  );
  throw new RefusedError(
    `${shown.join('\n')}\nonly an annotation of release "${release}" in the cluster says so: pass the manifests that say it too, with ` +
      '-f dist/, or --run-commands to run what is shown, or --run-commands=false to do without it',
  );
}

/** The commands that a plan runs. */
export const commandsOf = ({ steps }: Plan): CommandCheck[] =>
  steps.flatMap((step) => (step.kind === 'verify' ? commandChecks(step.checks) : []));

const isSame = (one: readonly string[], other: readonly string[]) => JSON.stringify(one) === JSON.stringify(other);

function freeName(checks: readonly { readonly name: string }[]): string {
  const names = new Set(checks.map(({ name }) => name));
  let name = GIVEN_NAME;
  for (let number = 2; names.has(name); number++) name = `${GIVEN_NAME}-${number}`;
  return name;
}
