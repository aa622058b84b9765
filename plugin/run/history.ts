import { activeServiceName } from '../../charts/names.js';
import { timestamp } from '../core/clock.js';
import type { Service } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { type HistoryEntry, historyAnnotation, readHistory } from '../plan/history.js';
import { type EndedRun, runRecord } from '../plan/run-record.js';
import type { State } from '../plan/state.js';
import type { Plan } from '../plan/steps.js';
import { annotateService, RECORD_ATTEMPTS, retryConflicts } from './apply.js';
import type { Run } from './context.js';

type Change = (entries: readonly HistoryEntry[]) => readonly HistoryEntry[];

/** The annotation that a guarded patch of a Service just read carries. What is garbled in it is left out, with a warning. */
export function changeHistory(run: Run, service: Service, change: Change): Record<string, string> {
  const { entries, garbled } = readHistory(service);
  if (garbled)
    run.reporter.warn(
      `the history of service "${service.metadata.name}" was edited by hand: what does not read as an entry is dropped`,
    );
  return historyAnnotation(change(entries), service);
}

/**
 * Writes into the history what moved no traffic, in a patch of its own, guarded by the resourceVersion just read: no
 * entry of another run is lost. The record must not decide how a run ends: a failure is a warning.
 */
export async function recordHistory(run: Run, name: string, change: Change): Promise<void> {
  const path = resourcePath('Service', run.namespace, name);
  try {
    await retryConflicts(async () => {
      const service = await run.api.find<Service>(path);
      if (service) await annotateService(run, service, changeHistory(run, service, change));
    }, RECORD_ATTEMPTS);
  } catch (error) {
    run.reporter.warn(`the history of ${run.release} lacks this run: ${(error as Error).message}`);
  }
}

/** Tells the history of a run that has ended what the patch that moved traffic did not. */
export async function recordRun(
  run: Run,
  plan: Plan,
  before: State,
  { movedTraffic, changedColor, error }: Pick<EndedRun, 'movedTraffic' | 'changedColor' | 'error'>,
): Promise<void> {
  const at = timestamp(run.clock.wall());
  const change = runRecord(plan, before, { id: run.operationId, by: run.by, at, movedTraffic, changedColor, error });
  if (change) await recordHistory(run, activeServiceName(run.release), change);
}
