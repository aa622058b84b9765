/** The part of Kubernetes' API types that this project reads; fields are optional where the server may leave them out. */

export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { kind: string; name: string; uid: string; controller?: boolean }[];
  managedFields?: ManagedFields[];
}

/** @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management */
export interface ManagedFields {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  /** RFC 3339. */
  time?: string;
  fieldsType?: string;
  /** Such as `status` or `scale`; absent for a write of the object itself. */
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

export interface List<T> {
  metadata: { resourceVersion?: string; continue?: string };
  items: T[];
}

export interface Service extends KubernetesObject {
  spec: {
    selector?: Record<string, string>;
    type?: string;
    /** `None` for a headless one. */
    clusterIP?: string;
    publishNotReadyAddresses?: boolean;
    ports?: { port: number; targetPort?: number | string }[];
  };
}

export interface Container {
  name: string;
  image?: string;
  ports?: { name?: string; containerPort: number }[];
  readinessProbe?: HttpProbe;
  livenessProbe?: HttpProbe;
  /** Of an init container: `Always` makes it a sidecar. */
  restartPolicy?: string;
}

export interface HttpProbe {
  httpGet?: {
    path?: string;
    port: number | string;
    scheme?: string;
    host?: string;
    httpHeaders?: { name: string; value: string }[];
  };
}

export interface PodTemplate {
  metadata?: Partial<ObjectMeta>;
  spec: { containers: Container[]; initContainers?: Container[] };
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements */
export interface LabelSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface Deployment extends KubernetesObject {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } };
    paused?: boolean;
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    conditions?: Condition[];
  };
}

export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  /** RFC 3339. */
  lastTransitionTime?: string;
}

export interface ReplicaSet extends KubernetesObject {
  spec: { replicas?: number; template: PodTemplate };
  status?: { observedGeneration?: number; replicas?: number; readyReplicas?: number; conditions?: Condition[] };
}

export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  terminated?: { reason?: string; message?: string; exitCode: number; signal?: number; finishedAt?: string };
  running?: { startedAt?: string };
}

export interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  /** Whether its startupProbe has passed. */
  started?: boolean;
  imageID?: string;
  state?: ContainerState;
  lastState?: ContainerState;
}

export interface Pod extends KubernetesObject {
  spec: {
    containers: Container[];
    initContainers?: Container[];
    nodeName?: string;
    readinessGates?: { conditionType: string }[];
  };
  status?: {
    phase?: string;
    podIP?: string;
    reason?: string;
    message?: string;
    conditions?: (Condition & { lastTransitionTime?: string })[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

export interface Job extends KubernetesObject {
  spec: { backoffLimit?: number; activeDeadlineSeconds?: number; template: PodTemplate };
  status?: { conditions?: Condition[]; completionTime?: string };
}

export interface EndpointSlice extends KubernetesObject {
  endpoints?: {
    addresses: string[];
    conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
    targetRef?: { kind?: string; name?: string; uid?: string };
  }[];
}

export interface Lease extends KubernetesObject {
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
  };
}

export interface HorizontalPodAutoscaler extends KubernetesObject {
  spec: { scaleTargetRef: { kind: string; name: string }; minReplicas?: number; maxReplicas?: number };
}

/**
 * What somebody noticed about an object.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export interface Event extends KubernetesObject {
  involvedObject: { kind?: string; name?: string; uid?: string };
  type?: string;
  reason?: string;
  message?: string;
  /** How often it was noticed; newer clients count in `series`. */
  count?: number;
  series?: { count?: number; lastObservedTime?: string } | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

/** The label by which an EndpointSlice names its Service. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
/** The label by which a Pod names its ReplicaSet. */
export const TEMPLATE_HASH_LABEL = 'pod-template-hash';
/** The label by which a Pod names its Job. */
export const JOB_NAME_LABEL = 'job-name';
/** The annotation by which a Deployment numbers its ReplicaSets. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
/** The annotation in which people say why a revision was made; `kubectl rollout history` shows it. */
export const CHANGE_CAUSE_ANNOTATION = 'kubernetes.io/change-cause';
