import { isColor } from '../../../charts/names.js';
import { RefusedError, UsageError } from '../../core/errors.js';
import { planDeploy } from '../deploy.js';
import { versionOf } from '../image.js';
import type { Intent, PlanInput } from '../input.js';
import { lastTraffic } from '../last-traffic.js';
import { planPromote } from '../promote.js';
import { planRollback } from '../rollback.js';
import type { Plan } from '../steps.js';
import { type PrintedCommand, readCommands } from './command-line.js';
import type { AdviceInput } from './input.js';
import { kubectlEffect } from './kubectl.js';
import { moveText, planEffect } from './move.js';

/**
 * What a printed command would do to traffic, in words: that it moves it, or that it changes what the color runs that has
 * it. Planned in memory, by the planner that would run; undefined for a command that leaves users where they are.
 */
export function effectOf(input: AdviceInput, line: string): string | undefined {
  const effects = readCommands(line).flatMap((command) => {
    const [program, plugin, ...words] = command.words;
    if (program !== 'kubectl') return [];
    const isOwn = plugin === 'bluegreen';
    return (isOwn ? pluginEffect(input, words, command.flags) : kubectlEffect(input, command)) ?? [];
  });
  return effects.length > 0 ? effects.join('; ') : undefined;
}

const PLANNERS: Readonly<Record<string, (input: PlanInput) => Plan>> = {
  deploy: planDeploy,
  promote: planPromote,
  rollback: planRollback,
};

function pluginEffect(
  input: AdviceInput,
  [verb = '', release]: readonly string[],
  flags: PrintedCommand['flags'],
): string | undefined {
  const planner = Object.hasOwn(PLANNERS, verb) ? PLANNERS[verb] : undefined;
  if (!planner || release !== input.release || flags.has('dry-run')) return undefined;
  const { state, policies, live } = input;
  const intent = intentOf(flags);
  if (!state.active) return verb === 'deploy' ? restoreText(input, intent) : undefined;
  const manifests = flags.has('f') ? input.manifests : undefined;
  try {
    const plan = planner({ state, policies, intent, live, ...(manifests && { manifests }) });
    return planEffect(state, plan, plan.image && versionOf(plan.image));
  } catch (error) {
    // One that is refused moves nothing.
    if (error instanceof RefusedError || error instanceof UsageError) return undefined;
    throw error;
  }
}

/** It has no Service to guard against, and no manifests are needed to say where it sends traffic. */
function restoreText({ state, manifests }: AdviceInput, { to, target }: Intent): string | undefined {
  const last = lastTraffic(state, { manifests, target });
  const color = to ?? (last.kind === 'known' ? last.color : undefined);
  if (color) return moveText(state, color);
  return last.kind === 'unknown' ? `asks which color is to have the traffic: ${last.evidence}` : undefined;
}

function intentOf(flags: PrintedCommand['flags']): Intent {
  const to = flags.get('to');
  const [version, image, revision] = [flags.get('version'), flags.get('image'), flags.get('to-revision')];
  return {
    target: { ...(version !== undefined && { version }), ...(image !== undefined && { image }) },
    ...(isColor(to) && { to }),
    ...(revision !== undefined && { toRevision: Number(revision) }),
  };
}
