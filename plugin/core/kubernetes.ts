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
    ports?: ServicePort[];
    ipFamilies?: string[];
  };
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports */
export interface ServicePort {
  /** A Service with one port may leave it out. */
  name?: string;
  /** TCP where it is left out. */
  protocol?: string;
  port: number;
  /** The same number as `port` where it is left out. */
  targetPort?: number | string;
  nodePort?: number;
}

export interface Container {
  name: string;
  image?: string;
  ports?: { name?: string; containerPort: number; protocol?: string }[];
  startupProbe?: HttpProbe;
  readinessProbe?: HttpProbe;
  livenessProbe?: HttpProbe;
  /** For an init container: `Always` makes it a sidecar. */
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
  tcpSocket?: { port: number | string; host?: string };
  grpc?: { port: number };
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
    podIPs?: { ip: string }[];
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
  /** IPv4, IPv6 or FQDN. */
  addressType?: string;
  /** null where the Service has no port that leads anywhere. */
  ports?: { name?: string | null; protocol?: string | null; port?: number | null }[] | null;
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

/** @see https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export interface NetworkPolicy extends KubernetesObject {
  spec: {
    /** Without one, or empty: every Pod of the namespace. */
    podSelector?: LabelSelector;
    policyTypes?: string[];
    ingress?: { from?: object[]; ports?: NetworkPolicyPort[] }[];
  };
}

export interface NetworkPolicyPort {
  /** TCP where it is left out. */
  protocol?: string;
  /** Without one: every port of the protocol. */
  port?: number | string;
  endPort?: number;
}

/**
 * A report about an object.
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
/** The label by which an EndpointSlice names what keeps it. */
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
/** What keeps those of a Service with a selector. */
export const ENDPOINT_SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';
/** The label by which a Pod names its ReplicaSet. */
export const TEMPLATE_HASH_LABEL = 'pod-template-hash';
/** The label by which a Pod names its Job. */
export const JOB_NAME_LABEL = 'job-name';
/** The annotation by which a Deployment numbers its ReplicaSets. */
export const REVISION_ANNOTATION = 'deployment.kubernetes.io/revision';
/** The annotation in which people say why a revision was made; `kubectl rollout history` shows it. */
export const CHANGE_CAUSE_ANNOTATION = 'kubernetes.io/change-cause';
