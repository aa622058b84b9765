import type { Policy } from '../../charts/policy.js';
import type { Plan, Step } from '../plan/steps.js';
import type { Run } from '../run/context.js';

export type StepOf<K extends Step['kind']> = Extract<Step, { readonly kind: K }>;

/** What a step is given besides itself: the plan that it is part of, and the policy of the color that the plan prepares. */
export interface Scope {
  readonly plan: Plan;
  readonly policy: Policy;
  /** One line for a person, of any step. */
  readonly describe: (step: Step) => string;
}

/**
 * What a step leaves changed when it is done: annotations that say what happened, objects of the release, what a color runs or
 * with how many Pods (which the history tells), or traffic.
 */
export type Change = 'nothing' | 'records' | 'objects' | 'color' | 'traffic';

/** What a step found: a part of the evidence. */
// biome-ignore lint/suspicious/noConfusingVoidType: most steps find nothing, and say so by returning nothing
export type Found = object | void;

/** Everything there is to know of one kind of step. */
export interface StepKind<K extends Step['kind']> {
  /** One line for a person. */
  describe(step: StepOf<K>): string;
  /** Fields that `-o json` shows in place of the step's own: objects by name, since a manifest may hold what does not belong in a log. */
  summarize?(step: StepOf<K>): Record<string, unknown>;
  readonly changes: Change;
  /** Several requests, of which some may have been answered when it fails. */
  readonly isPartial?: true;
  /** Whether clients may reach other Pods once it is done. @default changes === 'traffic' */
  movesTraffic?(step: StepOf<K>, plan: Plan): boolean;
  run(run: Run, step: StepOf<K>, scope: Scope): Promise<Found>;
}
