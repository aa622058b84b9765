import { ApiError } from '../core/errors.js';
import type { HorizontalPodAutoscaler } from '../core/kubernetes.js';
import { isUneven } from '../plan/autoscaler.js';
import type { Intent } from '../plan/input.js';
import { leftoverObjects } from '../plan/leftovers.js';
import { allObjects, type Manifests } from '../plan/manifests.js';
import { wantedObjects } from '../plan/wanted.js';
import { observeLimits } from '../run/capacity.js';
import type { Run } from '../run/context.js';
import { rememberStanding } from '../run/earlier-pods.js';
import { listAutoscalers, listLabelled, observe, observeObjects } from '../run/observe.js';
import { rehearse } from '../run/rehearse.js';
import { type CheckOptions, chosenPolicies } from './policies.js';
import type { Observed } from './request.js';

export interface ObserveOptions extends CheckOptions {
  readonly intent: Intent;
  readonly manifests?: Manifests | undefined;
  /** Whether quotas, LimitRanges and nodes are looked at. */
  readonly checksCapacity: boolean;
}

/** Reads everything that an operation is planned by. */
export async function observeRelease(run: Run, options: ObserveOptions): Promise<Observed> {
  const { intent, manifests, checksCapacity } = options;
  run.enter('plan');
  const [state, live, limits, labelled] = await Promise.all([
    observe(run.api, run.namespace, run.release),
    observeObjects(run.api, run.namespace, manifests ? allObjects(manifests) : []),
    checksCapacity ? observeLimits(run) : undefined,
    manifests && intent.prune !== false ? listLabelled(run, run.namespace, run.release) : undefined,
  ]);
  rememberStanding(run, state.replicaSets, state.pods);
  for (const { metadata } of live.values()) run.own.add(metadata.uid ?? '');
  const policies = chosenPolicies(state, manifests, options);
  const seen = { state, live, policies, intent, ...(limits && { limits }) };
  if (!manifests) return isUneven(state) ? { ...seen, autoscalers: await autoscalersSeen(run) } : seen;
  const { results } = await rehearse(run, run.namespace, wantedObjects({ ...seen, manifests }, manifests), live);
  for (const note of labelled?.notes ?? []) run.reporter.info(note);
  const leftovers = labelled ? leftoverObjects(labelled.objects, manifests) : [];
  return { ...seen, manifests, rehearsed: results, leftovers };
}

/** Permission to list autoscalers is optional: a color that one of them keeps lower is then refused later. */
async function autoscalersSeen({ api, namespace }: Run): Promise<HorizontalPodAutoscaler[]> {
  try {
    return await listAutoscalers(api, namespace);
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return [];
    throw error;
  }
}
