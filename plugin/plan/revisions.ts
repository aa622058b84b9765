import { POLICY_ANNOTATION } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import {
  CHANGE_CAUSE_ANNOTATION,
  type Deployment,
  type LabelSelector,
  type PodTemplate,
  REVISION_ANNOTATION,
  type ReplicaSet,
  TEMPLATE_HASH_LABEL,
} from '../core/kubernetes.js';
import { withAnnotation } from './annotations.js';
import { versionOf } from './image.js';

/** What a Deployment was at some time: the ReplicaSet that Kubernetes keeps of it. */
export interface Revision {
  readonly revision: number;
  readonly replicaSet: string;
  /** Whether it is what the Deployment says now. */
  readonly current: boolean;
  /** Versions of its containers, in their order. */
  readonly version: string;
  readonly images: readonly string[];
  /** RFC 3339: when its template was first rolled out. */
  readonly created?: string;
  readonly replicas: number;
  readonly ready: number;
  readonly changeCause?: string;
  /** How its Pods are verified, as its Deployment said then: Kubernetes keeps a Deployment's annotations on each ReplicaSet. */
  readonly policy?: string;
  /** The Pod template, without what the Deployment controller added. */
  readonly template: PodTemplate;
}

/** A Deployment's revisions, oldest first. */
export function revisionsOf(deployment: Deployment, replicaSets: readonly ReplicaSet[]): Revision[] {
  return replicaSets
    .filter((rs) => rs.metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid))
    .filter((rs) => revisionNumber(rs) > 0)
    .map((rs) => revisionOf(rs, deployment))
    .sort((a, b) => a.revision - b.revision);
}

const revisionNumber = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0) || 0;

function revisionOf(replicaSet: ReplicaSet, deployment: Deployment): Revision {
  const { metadata, spec, status = {} } = replicaSet;
  const template = withoutHash(spec.template);
  const { [CHANGE_CAUSE_ANNOTATION]: changeCause, [POLICY_ANNOTATION]: policy } = metadata.annotations ?? {};
  return {
    revision: revisionNumber(replicaSet),
    replicaSet: metadata.name,
    current: sameTemplate(template, deployment.spec.template),
    version: versionsOf(template),
    images: template.spec.containers.map(({ image = '' }) => image),
    ...(metadata.creationTimestamp && { created: metadata.creationTimestamp }),
    replicas: spec.replicas ?? 1,
    ready: status.readyReplicas ?? 0,
    ...(changeCause && { changeCause }),
    ...(policy !== undefined && { policy }),
    template,
  };
}

/** `v1`, or `v1, 2.0` for a Pod of several containers. */
export const versionsOf = ({ spec }: PodTemplate): string =>
  spec.containers.map(({ image }) => versionOf(image)).join(', ');

function withoutHash(template: PodTemplate): PodTemplate {
  const { [TEMPLATE_HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Whether two templates, as the API server shows them, would be one ReplicaSet to the Deployment controller. */
export const sameTemplate = (one: PodTemplate, other: PodTemplate): boolean =>
  equal(withoutHash(one), withoutHash(other));

/** Absent and null are one to the API. */
function equal(one: unknown, other: unknown): boolean {
  if (!isMap(one) || !isMap(other)) return (one ?? undefined) === (other ?? undefined);
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Array.isArray(one) === Array.isArray(other) && keys.every((key) => equal(one[key], other[key]));
}

const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/**
 * The revision of a number, or, for 0, the newest that is not what the Deployment says now.
 *
 * @throws RefusedError when Kubernetes does not keep it, or not any more (revisionHistoryLimit)
 */
export function findRevision(name: string, revisions: readonly Revision[], wanted: number): Revision {
  const found = pickRevision(revisions, wanted);
  if (found) return found;
  if (wanted === 0) throw new RefusedError(`no rollout history found for deployment "${name}"`);
  const kept = revisions.map(({ revision }) => revision).join(', ');
  throw new RefusedError(
    `unable to find specified revision ${wanted} in history of deployment "${name}": it has ${kept || 'none'}`,
  );
}

/** A Deployment as it was at a revision, as far as its policy goes; as it is now where no revision is asked for. */
export function policyOfRevision(
  deployment: Deployment | undefined,
  replicaSets: readonly ReplicaSet[],
  wanted: number | undefined,
): Deployment | undefined {
  if (!deployment || wanted === undefined) return deployment;
  const revisions = revisionsOf(deployment, replicaSets);
  const policy = pickRevision(revisions, wanted)?.policy;
  return policy === undefined ? deployment : withAnnotation(deployment, POLICY_ANNOTATION, policy);
}

const pickRevision = (revisions: readonly Revision[], wanted: number): Revision | undefined =>
  wanted === 0 ? revisions.findLast(({ current }) => !current) : revisions.find(({ revision }) => revision === wanted);

/**
 * A Deployment's selector as a query has it.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#label-selectors
 */
export function selectorQuery({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const expression = ({ key, operator, values = [] }: NonNullable<LabelSelector['matchExpressions']>[number]) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'NotIn' ? 'notin' : 'in'} (${values.join(',')})`;
  };
  return [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(expression),
  ].join(',');
}
