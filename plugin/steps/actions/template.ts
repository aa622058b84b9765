import { UNDO_ANNOTATION } from '../../../charts/names.js';
import { timestamp } from '../../core/clock.js';
import {
  ApiError,
  isConflict,
  LostRaceError,
  RefusedError,
  UnknownStateError,
  UnreachableError,
} from '../../core/errors.js';
import { CHANGE_CAUSE_ANNOTATION, type Deployment } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { sameTemplate, versionsOf } from '../../plan/revisions.js';
import type { Side, UndoPlan, UndoRecord } from '../../plan/rolling/undo.js';
import type { Run } from '../../run/context.js';

/** A status that the Deployment controller writes is given way to before giving up. */
const MAX_CONFLICTS = 10;
const READ_BACK_MS = 30_000;
const READ_BACK_INTERVAL_MS = 500;

/** What the Deployment says now, and is to say. */
export interface TemplateChange {
  readonly before: Side;
  readonly after: Side;
  readonly outcome: UndoRecord['outcome'];
}

/**
 * Changes a Deployment's Pod template and the record of who did it, in one patch that is guarded by the resourceVersion of
 * the Deployment just read, which must still be what the plan was made for.
 *
 * @throws LostRaceError when it was changed meanwhile; UnknownStateError when neither the patch was answered nor the
 *   Deployment could be read afterwards
 */
export async function writeTemplate(run: Run, plan: UndoPlan, change: TemplateChange): Promise<void> {
  const record = recordText(run, plan, change.outcome);
  await guarded(run, plan, change.before, record, {
    annotations: { [CHANGE_CAUSE_ANNOTATION]: change.after.changeCause ?? null },
    // Kept in part, it would be neither of the two templates.
    spec: { template: { $patch: 'replace', ...change.after.template } },
  });
}

/**
 * Writes that the undo is complete.
 *
 * @throws LostRaceError when the Deployment is not what this run made of it
 */
export async function writeComplete(run: Run, plan: UndoPlan): Promise<void> {
  await guarded(run, plan, plan.to, recordText(run, plan, 'complete'), {});
}

function recordText({ operationId, by, clock }: Run, { from, to }: UndoPlan, outcome: UndoRecord['outcome']): string {
  const record: UndoRecord = {
    id: operationId,
    from: from.revision ?? null,
    to: to.revision ?? null,
    fromVersion: from.version,
    toVersion: to.version,
    by,
    at: timestamp(clock.wall()),
    outcome,
  };
  return JSON.stringify(record);
}

interface Body {
  readonly annotations?: Record<string, string | null>;
  readonly spec?: object;
}

async function guarded(run: Run, plan: UndoPlan, expected: Side, record: string, body: Body): Promise<void> {
  const path = resourcePath('Deployment', run.namespace, plan.deployment);
  for (let conflicts = 0; ; conflicts++) {
    const live = await run.api.get<Deployment>(path);
    requireUnchanged(live, plan, expected);
    const { uid, resourceVersion } = live.metadata;
    const annotations = { ...body.annotations, [UNDO_ANNOTATION]: record };
    const patch = { ...(body.spec && { spec: body.spec }), metadata: { uid, resourceVersion, annotations } };
    try {
      await run.api.patch(path, patch, { strategic: true });
      return;
    } catch (error) {
      if (isConflict(error) && conflicts < MAX_CONFLICTS) continue;
      if (error instanceof ApiError && error.status < 500) throw error;
      return await settle(run, path, live, record, error);
    }
  }
}

function requireUnchanged({ metadata, spec }: Deployment, { uid, deployment }: UndoPlan, expected: Side): void {
  if (spec.paused) throw new RefusedError(`deployment "${deployment}" was paused meanwhile`);
  if (metadata.uid === uid && sameTemplate(spec.template, expected.template)) return;
  throw new LostRaceError(
    `deployment "${deployment}" was changed since this run began: it is to run ${versionsOf(spec.template)}, want ${expected.version}`,
  );
}

/** After an unanswered patch: what came of it, and, if nothing, that nothing can still come of it. */
async function settle(run: Run, path: string, patched: Deployment, record: string, cause: unknown): Promise<void> {
  const { message } = cause as Error;
  run.reporter.warn(`the patch was not answered (${message}): reading back`);
  const deadline = run.clock.now() + READ_BACK_MS;
  for (;;) {
    try {
      const { metadata } = await run.api.get<Deployment>(path);
      if (metadata.annotations?.[UNDO_ANNOTATION] === record) return;
      // Raising the resourceVersion has the server refuse the patch should it still be on its way.
      const { uid, resourceVersion } = metadata;
      const annotations = { [UNDO_ANNOTATION]: JSON.stringify({ ...JSON.parse(record), outcome: 'abandoned' }) };
      if (resourceVersion === patched.metadata.resourceVersion)
        await run.api.patch(path, { metadata: { uid, resourceVersion, annotations } });
      throw new RefusedError(`the patch was not carried out: ${message}`, { cause });
    } catch (error) {
      const transient = error instanceof UnreachableError || (error instanceof ApiError && error.status !== 404);
      if (!transient) throw error;
      if (run.clock.now() >= deadline)
        throw new UnknownStateError(
          `it is not known what deployment "${patched.metadata.name}" is to run: the patch was not answered, ` +
            `and reading back failed: ${error.message}`,
          { cause },
        );
      await run.clock.sleep(READ_BACK_INTERVAL_MS);
    }
  }
}
