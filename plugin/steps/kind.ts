import type { Policy } from '../../charts/policy.js';
import type { Pod } from '../core/kubernetes.js';
import type { SpecChange } from '../manifests/write-back/change.js';
import type { Checkout } from '../manifests/write-back/checkout.js';
import type { BuildStep } from '../plan/build.js';
import type { UndoPlan, UndoStep } from '../plan/rolling/undo.js';
import type { Plan, Step } from '../plan/steps.js';
import type { Builder } from '../run/builder/builder.js';
import type { Run } from '../run/context.js';

/** What comes after a release's own steps, where its spec is written back. */
export type GitStep =
  | { readonly kind: 'write-back'; readonly change: SpecChange; readonly spec: string; readonly outdir: string }
  /** `timeoutMs` 0 waits forever. */
  | {
      readonly kind: 'await-switch';
      readonly tool: string;
      readonly color: SpecChange['color'];
      readonly timeoutMs: number;
    };

/** Every step that any command takes. The union is closed: what is not here, no command does. */
export type AnyStep = Step | BuildStep | UndoStep | GitStep;

export type Kind = AnyStep['kind'];
export type StepOf<K extends Kind> = Extract<AnyStep, { readonly kind: K }>;

/** What a step of a release is given besides itself: the plan that it is part of, and the policy of the color that is prepared. */
export interface ReleaseScope {
  readonly plan: Plan;
  readonly policy: Policy;
}

/** The same of a step that undoes a Deployment without colors. */
export interface UndoScope {
  readonly undo: UndoPlan;
  /** The Pods that were waited for. */
  readonly waited: { pods: readonly Pod[] };
}

/** What a step of a kind is given besides itself. */
export type ScopeOf<K extends Kind> = K extends BuildStep['kind']
  ? { readonly builder: Builder }
  : K extends UndoStep['kind']
    ? UndoScope
    : K extends GitStep['kind']
      ? { readonly checkout: Checkout }
      : ReleaseScope;

/**
 * What a step leaves changed when it is done: annotations that say what happened, objects of the release, what a color runs or
 * with how many Pods (which the history tells), or traffic.
 */
export type Change = 'nothing' | 'records' | 'objects' | 'color' | 'traffic';

/** What a step found: a part of the evidence. */
// biome-ignore lint/suspicious/noConfusingVoidType: most steps find nothing, and say so by returning nothing
export type Found = object | void;

/** Everything there is to know of one kind of step. */
export interface StepKind<K extends Kind> {
  /** One line for a person. */
  describe(step: StepOf<K>): string;
  /** Fields that `-o json` shows in place of the step's own: objects by name, since a manifest may hold what does not belong in a log. */
  summarize?(step: StepOf<K>): Record<string, unknown>;
  readonly changes: Change;
  /** Several requests, of which some may have been answered when it fails. */
  readonly isPartial?: true;
  /** Whether clients may reach other Pods once it is done. @default changes === 'traffic' */
  movesTraffic?(step: StepOf<K>, release: string): boolean;
  /** The warning of a step whose failure does not end the run; undefined for one that must succeed. */
  tolerated?(step: StepOf<K>): string | undefined;
  /** @param describe - says one line for a person, of any step */
  run(run: Run, step: StepOf<K>, scope: ScopeOf<K>, describe: (step: AnyStep) => string): Promise<Found>;
}
