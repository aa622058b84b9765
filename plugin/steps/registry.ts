import type { Plan, Step } from '../plan/steps.js';
import type { Run } from '../run/context.js';
import { apply } from './apply.js';
import { applyService } from './apply-service.js';
import { confirm } from './confirm.js';
import { countConnections } from './count-connections.js';
import { create } from './create.js';
import { remove } from './delete.js';
import { drain } from './drain.js';
import { keepPolicy } from './keep-policy.js';
import type { Found, Scope, StepKind } from './kind.js';
import { migrate } from './migrate.js';
import { patch } from './patch.js';
import { policy } from './policy.js';
import { preview } from './preview.js';
import { prove } from './prove.js';
import { record } from './record.js';
import { recordSwitch } from './record-switch.js';
import { recreate } from './recreate.js';
import { restore } from './restore.js';
import { scale } from './scale.js';
import { scaleDown } from './scale-down.js';
import { switchTraffic } from './switch.js';
import { verify } from './verify.js';
import { wait } from './wait.js';
import { watch } from './watch.js';

/** Every kind of step. A kind that is in the union `Step` and not here does not compile. */
const KINDS: { readonly [K in Step['kind']]: StepKind<K> } = {
  apply,
  'apply-service': applyService,
  confirm,
  'count-connections': countConnections,
  create,
  delete: remove,
  drain,
  'keep-policy': keepPolicy,
  migrate,
  patch,
  policy,
  preview,
  prove,
  record,
  'record-switch': recordSwitch,
  recreate,
  restore,
  scale,
  'scale-down': scaleDown,
  switch: switchTraffic,
  verify,
  wait,
  watch,
};

// TypeScript does not follow that the kind of a step and its entry belong together.
const kindOf = (step: Step) => KINDS[step.kind] as unknown as StepKind<never> & { describe(step: Step): string };

/** One line for a person. */
export const describeStep = (step: Step): string => kindOf(step).describe(step);

/** A step as `-o json` shows it. */
export function summarizeStep(step: Step): Record<string, unknown> {
  const { kind, ...fields } = step;
  return { kind, description: describeStep(step), ...fields, ...kindOf(step).summarize?.(step as never) };
}

export function runStep(run: Run, step: Step, scope: Omit<Scope, 'describe'>): Promise<Found> {
  return kindOf(step).run(run, step as never, { ...scope, describe: describeStep });
}

/** Whether clients may reach other Pods once a step is done: then undoing what was prepared would take Pods from them. */
export function movesTraffic(step: Step, plan: Plan): boolean {
  const kind = kindOf(step);
  return kind.movesTraffic?.(step as never, plan) ?? kind.changes === 'traffic';
}

/** Whether a step that ended so has, or may have, changed what the history tells of. */
export function hasChanged(kind: Step['kind'], status: 'done' | 'failed'): boolean {
  const { changes, isPartial } = KINDS[kind];
  return changes === 'color' && (status === 'done' || isPartial === true);
}
