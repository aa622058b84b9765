/** The part of Kubernetes' API types that says how much of what there is, and how much a Pod asks for. */
import type { Deployment, KubernetesObject, Pod } from '../../core/kubernetes.js';

/** Quantities by resource, such as `{cpu: "500m", memory: "1Gi"}`. */
export type Quantities = Readonly<Record<string, string | number>>;

export interface ResourceRequirements {
  readonly requests?: Quantities;
  readonly limits?: Quantities;
}

export interface ContainerNeeds {
  readonly name: string;
  readonly resources?: ResourceRequirements;
  /** `Always` makes a sidecar of an init container. */
  readonly restartPolicy?: string;
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

interface AffinityTerm {
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
}

interface PodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly AffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly { readonly podAffinityTerm?: AffinityTerm }[];
}

export interface PodNeeds {
  readonly containers: readonly ContainerNeeds[];
  readonly initContainers?: readonly ContainerNeeds[];
  /** Resources of the Pod as a whole, in place of the sum of its containers. */
  readonly resources?: ResourceRequirements;
  readonly overhead?: Quantities;
  readonly runtimeClassName?: string;
  readonly activeDeadlineSeconds?: number;
  readonly priorityClassName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: { readonly podAffinity?: PodAffinity; readonly podAntiAffinity?: PodAffinity };
}

/** What a template or a Pod says about its Pod. */
export const needsOf = (of: Deployment['spec']['template'] | Pod): PodNeeds => of.spec as PodNeeds;

interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface ResourceQuota extends KubernetesObject {
  spec?: { scopes?: string[]; scopeSelector?: { matchExpressions?: ScopeRequirement[] } };
  status?: { hard?: Quantities; used?: Quantities };
}

/** Bounds for each `Container` or each `Pod`, by resource; of a Container also what it gets when it says nothing. */
export interface LimitRangeItem {
  readonly type: string;
  readonly default?: Quantities;
  readonly defaultRequest?: Quantities;
  readonly min?: Quantities;
  readonly max?: Quantities;
  readonly maxLimitRequestRatio?: Quantities;
}

export interface LimitRange extends KubernetesObject {
  spec?: { limits?: LimitRangeItem[] };
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface Node extends KubernetesObject {
  spec?: { unschedulable?: boolean; taints?: Taint[] };
  status?: { allocatable?: Quantities };
}
