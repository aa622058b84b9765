import type { Plan } from '../steps.js';
import type { Owner } from './ownership.js';

/** A plan whose switch a tool leaves alone, save for what it was doing at that moment. */
export const besideTool = (plan: Plan, { tool }: Owner): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => (step.kind === 'switch' ? { ...step, appliedBy: tool } : step)),
});

/**
 * The part of a plan that comes before traffic moves, for a release whose selector another tool owns: that tool moves
 * traffic when the spec says so, and the review of the commit is the confirmation.
 */
export function deferSwitch(plan: Plan, { tool, evidence }: Owner): Plan {
  const end = plan.steps.findIndex(({ kind }) => kind === 'confirm' || kind === 'switch');
  const warning = `the active Service is managed by ${tool} (${evidence}): traffic moves to ${plan.to} when ${tool} applies the files that --write-back writes, once they are committed`;
  return { ...plan, to: plan.from, steps: plan.steps.slice(0, end), warnings: [...plan.warnings, warning] };
}
