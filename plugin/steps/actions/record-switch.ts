import { activeServiceName, deploymentName } from '../../../charts/names.js';
import { timestamp } from '../../core/clock.js';
import { UnprovenError } from '../../core/errors.js';
import type { Deployment, Service } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { activeColor } from '../../plan/active-color.js';
import { type Hold, holdAnnotation } from '../../plan/gitops/hold.js';
import { entryOf, type HistoryEntry, shorten, upsertEntry } from '../../plan/history.js';
import { templateHash } from '../../plan/identity.js';
import { imageOf, versionOf } from '../../plan/image.js';
import { type Operation, operationAnnotation } from '../../plan/operation.js';
import { moveKind, type Plan, type Step } from '../../plan/steps.js';
import { annotateService, RECORD_ATTEMPTS, retryConflicts } from '../../run/apply.js';
import type { Run } from '../../run/context.js';
import { changeHistory } from '../../run/history.js';

/**
 * Writes down a switch that a tool has made, in the words of one that this plugin makes.
 *
 * @throws UnprovenError when traffic is elsewhere by now
 */
export async function recordSwitch(run: Run, step: Step & { kind: 'record-switch' }, plan: Plan): Promise<void> {
  const { from, to, tool, fromVersion } = step;
  const path = resourcePath('Service', run.namespace, step.service);
  const target = await deploymentOf(run, to);
  await retryConflicts(async () => {
    const live = await run.api.get<Service>(path);
    const color = activeColor(live, run.release);
    if (color !== to) throw new UnprovenError(`traffic was moved on to ${color}`);
    const operation: Operation = {
      id: run.operationId,
      kind: moveKind(plan),
      from,
      to,
      by: run.by,
      at: timestamp(run.clock.wall()),
      outcome: 'switched',
      template: templateHash(target),
    };
    const entry: HistoryEntry = {
      ...entryOf(operation),
      fromVersion,
      toVersion: versionOf(imageOf(target)),
      message: `${tool} moved traffic, as a commit said`,
    };
    const history = changeHistory(run, live, (entries) => upsertEntry(entries, entry));
    await annotateService(run, live, { ...operationAnnotation(operation), ...history });
  }, RECORD_ATTEMPTS);
}

/** Keeps what failed from being promoted again by the next run of a pipeline. It is a warning where that cannot be written. */
export async function recordHold(run: Run, { to, why, id }: Failed): Promise<void> {
  try {
    const target = await deploymentOf(run, to);
    const hold: Hold = {
      color: to,
      version: versionOf(imageOf(target)),
      template: templateHash(target),
      why: shorten(why),
      by: run.by,
      at: timestamp(run.clock.wall()),
      operationId: id,
    };
    await run.api.patch(resourcePath('Service', run.namespace, activeServiceName(run.release)), {
      metadata: { annotations: holdAnnotation(hold) },
    });
    run.reporter.warn(
      `${to} (${hold.version}) is on hold: promote refuses it until another version comes, or --release-hold`,
    );
  } catch (error) {
    run.reporter.warn(`what failed on ${to} is not on hold: ${(error as Error).message}`);
  }
}

interface Failed extends Pick<Plan, 'to'> {
  readonly why: string;
  /** Id of the operation that failed. */
  readonly id: string;
}

const deploymentOf = (run: Run, color: Plan['to']) =>
  run.api.get<Deployment>(resourcePath('Deployment', run.namespace, deploymentName(run.release, color)));
