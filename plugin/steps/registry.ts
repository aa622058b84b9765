import type { Run } from '../run/context.js';
import { apply } from './apply.js';
import { applyService } from './apply-service.js';
import { awaitSwitch } from './await-switch.js';
import { build } from './build.js';
import { confirm } from './confirm.js';
import { countConnections } from './count-connections.js';
import { create } from './create.js';
import { remove } from './delete.js';
import { drain } from './drain.js';
import { keepPolicy } from './keep-policy.js';
import type { AnyStep, Found, Kind, ScopeOf, StepKind } from './kind.js';
import { migrate } from './migrate.js';
import { patch } from './patch.js';
import { policy } from './policy.js';
import { preview } from './preview.js';
import { prove } from './prove.js';
import { push } from './push.js';
import { record } from './record.js';
import { recordSwitch } from './record-switch.js';
import { recordUndo } from './record-undo.js';
import { recreate } from './recreate.js';
import { restore } from './restore.js';
import { scale } from './scale.js';
import { scaleDown } from './scale-down.js';
import { switchTraffic } from './switch.js';
import { template } from './template.js';
import { verify } from './verify.js';
import { verifyDeployment } from './verify-deployment.js';
import { wait } from './wait.js';
import { waitDeployment } from './wait-deployment.js';
import { watch } from './watch.js';
import { writeBack } from './write-back.js';

/** Every kind of step. One that is in the union `AnyStep` and not here does not compile. */
const KINDS: { readonly [K in Kind]: StepKind<K> } = {
  apply,
  'apply-service': applyService,
  'await-switch': awaitSwitch,
  build,
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
  push,
  record,
  'record-switch': recordSwitch,
  'record-undo': recordUndo,
  recreate,
  restore,
  scale,
  'scale-down': scaleDown,
  switch: switchTraffic,
  template,
  verify,
  'verify-deployment': verifyDeployment,
  wait,
  'wait-deployment': waitDeployment,
  watch,
  'write-back': writeBack,
};

/** A kind whose steps are of any kind: TypeScript does not follow that a step and the entry of its kind belong together. */
interface AnyKind extends Pick<StepKind<never>, 'changes' | 'isPartial'> {
  describe(step: AnyStep): string;
  summarize?(step: AnyStep): Record<string, unknown>;
  movesTraffic?(step: AnyStep, release: string): boolean;
  tolerated?(step: AnyStep): string | undefined;
  run(run: Run, step: AnyStep, scope: unknown, describe: (step: AnyStep) => string): Promise<Found>;
}
const kindOf = ({ kind }: AnyStep) => KINDS[kind] as unknown as AnyKind;

/** One line for a person. */
export const describeStep = (step: AnyStep): string => kindOf(step).describe(step);

/** A step as `-o json` shows it. */
export function summarizeStep(step: AnyStep): Record<string, unknown> {
  const { kind, ...fields } = step;
  return { kind, description: describeStep(step), ...fields, ...kindOf(step).summarize?.(step) };
}

export function runStep<S extends AnyStep>(run: Run, step: S, scope: ScopeOf<S['kind']>): Promise<Found> {
  return kindOf(step).run(run, step, scope, describeStep);
}

/** Whether clients may reach other Pods once a step is done: then undoing what was prepared would take Pods from them. */
export function movesTraffic(step: AnyStep, release: string): boolean {
  const kind = kindOf(step);
  return kind.movesTraffic?.(step, release) ?? kind.changes === 'traffic';
}

/** Whether a step that ended so has, or may have, changed what a color runs. */
export function changesColor(step: AnyStep, status: 'done' | 'failed'): boolean {
  const { changes, isPartial } = kindOf(step);
  return changes === 'color' && (status === 'done' || isPartial === true);
}

/** The warning of a step whose failure does not end the run. */
export const toleratedText = (step: AnyStep): string | undefined => kindOf(step).tolerated?.(step);
