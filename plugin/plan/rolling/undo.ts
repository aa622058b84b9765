import { UNDO_ANNOTATION } from '../../../charts/names.js';
import type { HttpCheck } from '../../../charts/policy.js';
import { RefusedError } from '../../core/errors.js';
import { CHANGE_CAUSE_ANNOTATION, type Deployment, type PodTemplate, type ReplicaSet } from '../../core/kubernetes.js';
import { readAnnotation } from '../annotations.js';
import { deletionOf } from '../deletion.js';
import { findRevision, type Revision, revisionsOf, selectorQuery, versionsOf } from '../revisions.js';
import { UNDO } from '../shapes.js';
import { type CheckOptions, undoChecks } from './checks.js';

/** One thing that an undo does. The union is closed. */
export type UndoStep =
  /** Puts a revision's Pod template into the Deployment: from here on Kubernetes replaces Pods that have traffic. */
  | {
      readonly kind: 'template';
      readonly deployment: string;
      readonly revision: number;
      readonly images: readonly string[];
    }
  | { readonly kind: 'wait-deployment'; readonly deployment: string; readonly timeoutSeconds: number }
  | { readonly kind: 'verify-deployment'; readonly checks: readonly HttpCheck[]; readonly port: number }
  | { readonly kind: 'record-undo'; readonly deployment: string; readonly outcome: 'complete' };

/** A Pod template, and what it is called. */
export interface Side {
  /** Undefined where the Deployment controller has not numbered it yet. */
  readonly revision: number | undefined;
  readonly version: string;
  readonly images: readonly string[];
  readonly template: PodTemplate;
  readonly changeCause?: string;
}

/** Everything an undo is going to do. */
export interface UndoPlan {
  readonly deployment: string;
  readonly namespace: string;
  readonly uid: string | undefined;
  /** Selects the Deployment's ReplicaSets and Pods. */
  readonly labelSelector: string;
  readonly timeoutSeconds: number;
  readonly from: Side;
  readonly to: Side;
  readonly steps: readonly UndoStep[];
  readonly warnings: readonly string[];
  /** Why there is nothing to do, when there are no steps. */
  readonly nothingToDo?: string;
}

export interface UndoInput {
  readonly namespace: string;
  readonly deployment: Deployment;
  readonly replicaSets: readonly ReplicaSet[];
  /** 0: the previous one. */
  readonly revision: number;
  readonly timeoutSeconds: number;
  readonly checks: CheckOptions;
}

/**
 * Brings a Deployment without colors back to one of its revisions, as `kubectl rollout undo` does, and verifies the Pods.
 *
 * @throws RefusedError for a Deployment that is paused or being deleted, and a revision that is not kept
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
 */
export function planUndo({ namespace, deployment, replicaSets, ...wanted }: UndoInput): UndoPlan {
  const { name, uid } = deployment.metadata;
  const deletion = deletionOf(deployment);
  if (deletion) throw new RefusedError(`deployment "${name}" ${deletion}`);
  if (deployment.spec.paused)
    throw new RefusedError(
      `you cannot roll back a paused deployment: resume "${name}" first with "kubectl rollout resume deployment/${name}"`,
    );
  const revisions = revisionsOf(deployment, replicaSets);
  const target = findRevision(name, revisions, wanted.revision);
  const from = currentSide(deployment, revisions);
  const common = {
    deployment: name,
    namespace,
    uid,
    labelSelector: selectorQuery(deployment.spec.selector),
    timeoutSeconds: wanted.timeoutSeconds,
    from,
    to: target,
  };
  if (target.current)
    return {
      ...common,
      steps: [],
      warnings: [],
      nothingToDo: `the template of deployment "${name}" already is that of ${sideName(target)}`,
    };
  const { checks, port } = undoChecks(target.template, wanted.checks);
  const hasPods = deployment.spec.replicas !== 0;
  return {
    ...common,
    steps: [
      { kind: 'template', deployment: name, revision: target.revision, images: target.images },
      { kind: 'wait-deployment', deployment: name, timeoutSeconds: wanted.timeoutSeconds },
      ...(hasPods && checks.length > 0 ? [{ kind: 'verify-deployment', checks, port } as const] : []),
      { kind: 'record-undo', deployment: name, outcome: 'complete' },
    ],
    warnings: warnings(deployment, hasPods, checks),
  };
}

function currentSide({ spec, metadata }: Deployment, revisions: readonly Revision[]): Side {
  const changeCause = metadata.annotations?.[CHANGE_CAUSE_ANNOTATION];
  const numbered = revisions.find(({ current }) => current)?.revision;
  return {
    revision: numbered,
    version: versionsOf(spec.template),
    images: spec.template.spec.containers.map(({ image = '' }) => image),
    template: spec.template,
    ...(changeCause && { changeCause }),
  };
}

function warnings(deployment: Deployment, hasPods: boolean, checks: readonly HttpCheck[]): string[] {
  const { name } = deployment.metadata;
  const owner = ownerOf(deployment);
  return [
    ...(owner ? [`deployment "${name}" is managed by ${owner}, which may put its own template back`] : []),
    ...(hasPods ? [] : [`deployment "${name}" has 0 replicas: there is no Pod to verify`]),
    ...(hasPods && checks.length === 0
      ? [`deployment "${name}" has no HTTP probe: its Pods are only waited for; --check-path names what to ask them`]
      : []),
  ];
}

/** What would put the template back that is written down elsewhere, judged by the marks that it leaves. */
function ownerOf({ metadata: { labels = {}, annotations = {} } }: Deployment): string | undefined {
  if (annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance']) return 'Argo CD';
  if (labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name']) return 'Flux';
  return annotations['meta.helm.sh/release-name'] ? 'Helm' : undefined;
}

/** `revision 3 (v0.1.0)`. */
export function sideName({ revision, version }: Pick<Side, 'revision' | 'version'>): string {
  return revision === undefined ? `its newest template (${version})` : `revision ${revision} (${version})`;
}

export const undoHeadline = ({ deployment, namespace, from, to }: UndoPlan): string =>
  `undo deployment.apps/${deployment} in namespace ${namespace}: from ${sideName(from)} to ${sideName(to)}`;

/** What the Deployment's annotation says of its last undo. */
export interface UndoRecord {
  readonly id: string;
  readonly from: number | null;
  readonly to: number | null;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  readonly outcome: 'started' | 'complete' | 'put-back' | 'abandoned';
}

/** The last undo, or undefined where there was none or its annotation does not read as one. */
export const lastUndo = (deployment: Deployment): UndoRecord | undefined =>
  readAnnotation(deployment, UNDO_ANNOTATION, UNDO);
