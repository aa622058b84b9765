import { COLOR_LABEL, type Color, POLICY_ANNOTATION } from '../../charts/names.js';
import type { Deployment, Service } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { holdAnnotation, readHold } from '../plan/gitops/hold.js';
import { closeEntry } from '../plan/history.js';
import { lastOperation, type Operation, type OperationPhase, operationAnnotation } from '../plan/operation.js';
import { annotateService, RECORD_ATTEMPTS, retryConflicts } from '../run/apply.js';
import type { Run } from '../run/context.js';
import { changeHistory } from '../run/history.js';
import { requireSelected } from './keep-traffic.js';
import { applyTraffic } from './selector/applied-traffic.js';

/**
 * Writes how an operation ended, unless a later operation is on record by now: that one's record is the true one.
 *
 * @throws UnprovenError when traffic was moved on past this plugin. The patch is guarded, so the record was true when it was written
 */
export async function recordOutcome(
  run: Run,
  service: string,
  outcome: OperationPhase,
  operationId = run.operationId,
): Promise<Operation | undefined> {
  const path = resourcePath('Service', run.namespace, service);
  return await retryConflicts(async () => {
    const live = await run.api.get<Service>(path);
    const operation = lastOperation(live);
    if (operation?.id !== operationId) return operation;
    requireSelected(run, live, operation.to, operationId);
    const ended: Operation = { ...operation, outcome };
    const history = changeHistory(run, live, (entries) =>
      closeEntry(entries, operationId, { outcome: inHistory(outcome) }),
    );
    const isHeld = outcome === 'complete' && readHold(live)?.template === operation.template;
    await annotateService(run, live, {
      ...operationAnnotation(ended),
      ...history,
      ...(isHeld && holdAnnotation(null)),
    });
    return ended;
  }, RECORD_ATTEMPTS);
}

/** A revert writes `rolled-back` in last-operation, and `switch-back` in the history. */
const inHistory = (outcome: OperationPhase): OperationPhase => (outcome === 'rolled-back' ? 'complete' : outcome);

/** Points the preview Service at the color that has no traffic. */
export async function pointPreview(run: Run, service: string, to: Color): Promise<void> {
  const path = resourcePath('Service', run.namespace, service);
  const selector = { [COLOR_LABEL]: to };
  // Who applies the one Service applies the other.
  if (run.appliedElsewhere.size === 0) await run.api.patch(path, { spec: { selector } });
  else await retryConflicts(async () => applyTraffic(run, await run.api.get<Service>(path), { selector }));
  run.reporter.changed(`service/${service}`, 'patched');
}

/** Traffic is where it should be without it, so one that is refused is a warning. */
export async function writePolicy(run: Run, service: string, policy: string): Promise<void> {
  try {
    const annotations = { [POLICY_ANNOTATION]: policy };
    await run.api.patch(resourcePath('Service', run.namespace, service), { metadata: { annotations } });
    run.reporter.changed(`service/${service}`, 'annotated');
  } catch (error) {
    run.reporter.warn(
      `the policy of the manifests could not be written on service/${service}: ${(error as Error).message}`,
    );
  }
}

/** An annotation of a Deployment changes none of its Pods. Only where it still has none: a deploy may have written its own. */
export async function keepPolicy(run: Run, deployment: string, policy: string): Promise<void> {
  const path = resourcePath('Deployment', run.namespace, deployment);
  const live = await run.api.find<Deployment>(path);
  if (!live || live.metadata.annotations?.[POLICY_ANNOTATION] !== undefined) return;
  await run.api.patch(path, { metadata: { uid: live.metadata.uid, annotations: { [POLICY_ANNOTATION]: policy } } });
  run.reporter.changed(`deployment.apps/${deployment}`, 'annotated');
}
