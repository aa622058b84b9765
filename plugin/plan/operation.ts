import { type Color, isColor, OPERATION_ANNOTATION } from '../../charts/names.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import { readAnnotation } from './annotations.js';
import { OPERATION } from './shapes.js';

export type OperationKind = 'deploy' | 'promote' | 'rollback';

/**
 * How far an operation that moved traffic came: `overlapping` (both colors have it, on the way to one), `switched` (patched, not yet proved), `proved`, `complete` (watched as long
 * as asked), `rolled-back` (by the watch), `abandoned` (the switch was given up, and fenced off so that it cannot land late).
 */
export type OperationPhase =
  | 'installed'
  | 'overlapping'
  | 'switched'
  | 'proved'
  | 'complete'
  | 'rolled-back'
  | 'abandoned';

/** Who moved traffic last, as the active Service's annotation keeps it. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly from: Color;
  readonly to: Color;
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  readonly outcome: OperationPhase;
  /** The hash of the Pod template that had the traffic from then on. Older versions of the plugin did not write it. */
  readonly template?: string;
}

/** The last operation, or undefined where there was none or its annotation does not read as one. */
export function lastOperation(service: KubernetesObject | undefined): Operation | undefined {
  const operation = readAnnotation<Operation>(service, OPERATION_ANNOTATION, OPERATION);
  return operation && isColor(operation.from) && isColor(operation.to) ? operation : undefined;
}

export function operationAnnotation(operation: Operation): Record<string, string> {
  return { [OPERATION_ANNOTATION]: JSON.stringify(operation) };
}

/** An operation that moved traffic, or began to, and was cut off before its proof was on record. */
export function isUnfinished(operation: Operation | undefined): boolean {
  return operation?.outcome === 'switched' || operation?.outcome === 'overlapping';
}

/** An operation whose soak time goes on, or, if no run holds the Lease, was cut off. */
export function isWatchCutOff(operation: Operation | undefined): boolean {
  return operation?.outcome === 'proved';
}

/** What must still hold of the active Service when traffic is moved; the patch itself is guarded by a fresh resourceVersion. */
export interface Guard {
  readonly uid: string | undefined;
  /** Id of the last operation on record when the plan was made. */
  readonly lastOperationId: string | undefined;
}

/**
 * Who changed the active Service since the guard was taken: ` by ada@host (rollback …)`, or nothing where no record says it.
 *
 * @returns undefined while it is as guarded: the same Service, the same last operation
 */
export function changedBy(active: KubernetesObject, guard: Guard): string | undefined {
  const now = guardOf(active);
  if (now.lastOperationId === guard.lastOperationId) return now.uid === guard.uid ? undefined : '';
  const last = lastOperation(active);
  return last ? ` by ${last.by} (${last.kind} ${last.id} at ${last.at})` : '';
}

export function guardOf(active: KubernetesObject): Guard {
  return { uid: active.metadata.uid, lastOperationId: lastOperation(active)?.id };
}
