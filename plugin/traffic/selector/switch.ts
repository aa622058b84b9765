import { COLOR_LABEL, type Color, DEPLOYMENT_TYPE_LABEL, selectorLabels } from '../../../charts/names.js';
import { timestamp } from '../../core/clock.js';
import {
  ApiError,
  isConflict,
  LostRaceError,
  RefusedError,
  UnknownStateError,
  UnreachableError,
} from '../../core/errors.js';
import type { Deployment, Service, ServicePort } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { activeColor } from '../../plan/active-color.js';
import { writtenBy } from '../../plan/field-writer.js';
import { servicePutBack } from '../../plan/fields/put-back.js';
import { closeEntry, entryOf, type HistoryEntry, shorten, upsertEntry } from '../../plan/history.js';
import { templateHash } from '../../plan/identity.js';
import { imageOf, versionOf } from '../../plan/image.js';
import type { Guard } from '../../plan/operation.js';
import { changedBy, lastOperation, type Operation, operationAnnotation } from '../../plan/operation.js';
import type { ServiceChange } from '../../plan/steps.js';
import { overlapOf, overlapText, wideSelector } from '../../plan/traffic.js';
import { withLiveTraffic } from '../../plan/wanted.js';
import { annotateService, takeOverFields } from '../../run/apply.js';
import type { Run } from '../../run/context.js';
import { announceSwitch } from '../../run/fence.js';
import { changeHistory } from '../../run/history.js';
import { applyTraffic, claimTraffic, isAppliedElsewhere } from './applied-traffic.js';

export interface SwitchRequest {
  readonly service: string;
  readonly guard: Guard;
  readonly from: Color;
  readonly to: Color;
  readonly kind: Operation['kind'];
  /** What the color that is switched from runs. */
  readonly fromVersion: string;
  /** The operation that this one takes back, and why. */
  readonly reverts?: { readonly id: string; readonly why: string };
  /** The operation of another run that was cut off while both colors had the traffic. */
  readonly resumes?: string;
  /** One phase of a switch that overlaps: both colors are let in, or all but `to` are shut out; undefined: all at once. */
  readonly phase?: { readonly kind: 'expand'; readonly labels: Record<string, string> } | { readonly kind: 'contract' };
  /** The Service as its manifest has it, to be applied in the same request. */
  readonly manifest?: ServiceChange | undefined;
  /** Ports that the Service gets in the same request, where those that it has do not lead to the color's Pods. */
  readonly ports?: readonly ServicePort[] | undefined;
  /** Throws unless the color that is switched to is ready for the traffic of the Service; called anew for each attempt. */
  readonly recheck: (live: Service) => Promise<void>;
}

/** Harmless changes of the Service (a load balancer's status) that a switch gives way to before it gives up. */
const MAX_CONFLICTS = 5;
const READ_BACK_MS = 30_000;
const READ_BACK_INTERVAL_MS = 500;

/**
 * Moves traffic: ONE patch of the Service's selector and of the record and the history of who did it, which the API server takes or
 * refuses as a whole, guarded by the resourceVersion of the Service just read. Between the read and the patch the switch
 * is announced on the color's Deployment and the color is looked at again, in this order: see fence.ts.
 *
 * @returns the Service as it is afterwards
 * @throws LostRaceError when the Service is no longer what the plan was made for; UnknownStateError when neither the patch
 *   was answered nor the Service could be read afterwards; RefusedError when the patch surely did not and will not happen
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
 */
export async function switchTraffic(run: Run, request: SwitchRequest): Promise<Service> {
  const path = resourcePath('Service', run.namespace, request.service);
  for (let conflicts = 0; ; conflicts++) {
    const found = await run.api.get<Service>(path);
    if (isDone(run, found, request)) return found;
    requireUnchanged(found, request, run.release);
    if (isAppliedElsewhere(found)) run.appliedElsewhere.add(request.service);
    const own = await prepare(run, request, found).catch(ignoreConflict(conflicts));
    if (!own) continue;
    const target = await announceSwitch(run, request.to, attemptOf(request, conflicts + 1));
    await request.recheck(own);
    try {
      return await send(run, path, request, own, target);
    } catch (error) {
      if (isConflict(error) && conflicts < MAX_CONFLICTS) continue;
      if (error instanceof ApiError && error.status < 500) throw error;
      const settled = await settle(run, path, { ...request, patched: own }, error);
      if (settled) return settled;
      if (conflicts >= MAX_CONFLICTS) throw notCarriedOut(error);
    }
  }
}

/** Fields that the switch is to own are taken over before: in the request that moves traffic nothing else may fail. */
const prepare = (run: Run, { manifest }: SwitchRequest, service: Service): Promise<Service> =>
  manifest ? takeOverFields(run, service) : claimTraffic(run, service);

const ignoreConflict = (conflicts: number) => (error: unknown) => {
  if (!isConflict(error) || conflicts >= MAX_CONFLICTS) throw error;
};

const attemptOf = ({ phase }: SwitchRequest, attempt: number) => (phase ? `${phase.kind}-${attempt}` : attempt);

/** Whether our own patch has landed; both halves of one that overlaps have the same id. */
function isDone(run: Run, service: Service, { phase }: SwitchRequest): boolean {
  const last = lastOperation(service);
  return last?.id === run.operationId && (last.outcome === 'overlapping') === (phase?.kind === 'expand');
}

/**
 * One request, which the API server takes or refuses as a whole: a patch of the selector and of the records, or, where the
 * Service's manifest differs from what is live, an apply of all of it.
 */
async function send(run: Run, path: string, request: SwitchRequest, service: Service, target: Deployment) {
  const annotations = recordsOf(run, request, service, target);
  const { uid, resourceVersion } = service.metadata;
  const { manifest, phase, reverts } = request;
  if (!manifest && isAppliedElsewhere(service))
    return await applyTraffic(run, service, { selector: selectorPatch(request), annotations, ...portsOf(request) });
  if (!manifest || phase?.kind === 'expand')
    return await run.api.patch<Service>(path, {
      metadata: { uid, resourceVersion, annotations },
      spec: { selector: selectorPatch(request), ...portsOf(request) },
    });
  const base = reverts ? servicePutBack(manifest.before, service) : manifest.wanted;
  const { metadata, spec } = withLiveTraffic(base, service);
  return await run.api.apply<Service>(path, {
    ...base,
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, ...annotations },
      ...(uid && { uid }),
      resourceVersion,
    },
    spec: { ...spec, selector: selectorLabels(run.release, request.to) },
  } as Service);
}

/** While both colors are let in, each port still leads to what the one that had the traffic listens on. */
const portsOf = ({ ports, phase }: SwitchRequest) => (ports && phase?.kind !== 'expand' ? { ports } : {});

function recordsOf(run: Run, request: SwitchRequest, service: Service, target: Deployment): Record<string, string> {
  const { kind, from, to, reverts, resumes, phase } = request;
  const at = timestamp(run.clock.wall());
  const outcome = phase?.kind === 'expand' ? 'overlapping' : 'switched';
  const template = templateHash(target);
  const operation: Operation = { id: run.operationId, kind, from, to, by: run.by, at, outcome, template };
  const entry: HistoryEntry = {
    ...entryOf(operation),
    kind: reverts ? 'switch-back' : kind,
    fromVersion: request.fromVersion,
    toVersion: versionOf(imageOf(target)),
    ...(run.forced.length > 0 && { message: shorten(`forced: ${run.forced[0]}`) }),
  };
  const history = changeHistory(run, service, (before) => {
    const ended = reverts ? closeEntry(before, reverts.id, { outcome: 'rolled-back', message: reverts.why }) : before;
    const message = `cut off while both colors had the traffic, ended by ${run.operationId}`;
    return upsertEntry(resumes ? closeEntry(ended, resumes, { outcome: 'interrupted', message }) : ended, entry);
  });
  return { ...operationAnnotation(operation), ...history };
}

function selectorPatch({ phase, to }: SwitchRequest): Record<string, string | null> {
  if (phase?.kind === 'expand') return wideSelector(phase.labels);
  return { [COLOR_LABEL]: to, ...(phase && { [DEPLOYMENT_TYPE_LABEL]: null }) };
}

function requireUnchanged(service: Service, { guard, from, to, phase }: SwitchRequest, release: string): void {
  const { name } = service.metadata;
  const recorded = changedBy(service, guard);
  const overlap = overlapOf(service, release);
  if (recorded === undefined && overlap && phase?.kind === 'contract') return;
  if (recorded !== undefined && overlap) throw new LostRaceError(overlapText(service, release, overlap));
  const color = activeColor(service, release);
  if (recorded === undefined && color === from && phase?.kind !== 'contract') return;
  const who = recorded || writtenBy(service, 'selector');
  throw new LostRaceError(
    color === to
      ? `service "${name}" was switched to ${to}${who} before this run could: nothing left to do`
      : `service "${name}" was changed${who} since this run began: it selects ${color}`,
  );
}

const notCarriedOut = (cause: unknown) =>
  new RefusedError(`the switch was not carried out: ${(cause as Error).message}`, { cause });

/**
 * After an unanswered patch: what came of it, and, if nothing, that nothing can still come of it.
 *
 * @returns nothing where the patch may be made anew: one that narrows must not be given up for a mark that hides the overlap,
 *   and a fresh guard has the first one refused as well as any mark
 */
async function settle(
  run: Run,
  path: string,
  request: SwitchRequest & { readonly patched: Service },
  cause: unknown,
): Promise<Service | undefined> {
  run.reporter.warn(`the switch was not answered (${(cause as Error).message}): reading back`);
  const deadline = run.clock.now() + READ_BACK_MS;
  for (;;) {
    try {
      const service = await run.api.get<Service>(path);
      if (isDone(run, service, request)) return service;
      requireUnchanged(service, request, run.release);
      if (request.phase?.kind === 'contract') return undefined;
      // With another resourceVersion the patch can no longer land anyway.
      if (service.metadata.resourceVersion === request.patched.metadata.resourceVersion)
        await fence(run, service, request, cause);
      throw notCarriedOut(cause);
    } catch (error) {
      const transient = error instanceof UnreachableError || (error instanceof ApiError && error.status !== 404);
      if (!transient) throw error;
      if (run.clock.now() >= deadline)
        throw new UnknownStateError(
          `it is not known whether service "${request.service}" was switched to ${request.to}: ` +
            `the patch was not answered, and reading back failed: ${error.message}`,
          { cause },
        );
      await run.clock.sleep(READ_BACK_INTERVAL_MS);
    }
  }
}

/** Raises the resourceVersion, so that the API server refuses our first patch should it still be on its way. */
async function fence(
  run: Run,
  service: Service,
  { kind, from, to, fromVersion }: SwitchRequest,
  cause: unknown,
): Promise<void> {
  const at = timestamp(run.clock.wall());
  const id = `${run.operationId}-abandoned`;
  const before = lastOperation(service);
  // The color that keeps the traffic runs what it was given it with.
  const template = before?.to === from ? before.template : undefined;
  const operation: Operation = {
    id,
    kind,
    from,
    to,
    by: run.by,
    at,
    outcome: 'abandoned',
    ...(template && { template }),
  };
  const entry = { ...entryOf(operation), fromVersion, message: shorten((cause as Error).message) };
  const history = changeHistory(run, service, (entries) => upsertEntry(entries, entry));
  await annotateService(run, service, { ...operationAnnotation(operation), ...history });
}
