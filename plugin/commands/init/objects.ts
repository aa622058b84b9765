/** The fields of live objects that a spec is read from. Whatever else they hold is found by comparing (differences.ts). */
import type { KubernetesObject, ObjectMeta } from '../../core/kubernetes.js';

export type Text = Readonly<Record<string, string>>;

export interface LiveProbe {
  httpGet?: { path?: string; port?: number | string; scheme?: string; host?: string; httpHeaders?: Header[] };
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  failureThreshold?: number;
  successThreshold?: number;
  terminationGracePeriodSeconds?: number;
}

interface Header {
  name: string;
  value: string;
}

export interface LiveEnv {
  name: string;
  value?: string;
  valueFrom?: {
    secretKeyRef?: KeyRef;
    configMapKeyRef?: KeyRef;
    fieldRef?: { fieldPath: string };
  };
}

interface KeyRef {
  name: string;
  key: string;
  optional?: boolean;
}

export interface LiveContainer {
  name: string;
  image?: string;
  imagePullPolicy?: string;
  command?: string[];
  args?: string[];
  ports?: { name?: string; containerPort: number; protocol?: string }[];
  env?: LiveEnv[];
  resources?: { requests?: Text; limits?: Text };
  startupProbe?: LiveProbe;
  livenessProbe?: LiveProbe;
  readinessProbe?: LiveProbe;
  lifecycle?: { preStop?: { exec?: { command?: string[] } } };
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    readOnlyRootFilesystem?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
}

interface LabelSelector {
  matchLabels?: Text;
}

export interface AffinityTerm {
  labelSelector?: LabelSelector;
  topologyKey?: string;
}

export interface LivePodSpec {
  containers: LiveContainer[];
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  imagePullSecrets?: { name: string }[];
  securityContext?: {
    runAsNonRoot?: boolean;
    runAsUser?: number;
    runAsGroup?: number;
    fsGroup?: number;
    seccompProfile?: { type?: string };
  };
  nodeSelector?: Text;
  tolerations?: Record<string, unknown>[];
  affinity?: {
    podAntiAffinity?: {
      requiredDuringSchedulingIgnoredDuringExecution?: AffinityTerm[];
      preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm?: AffinityTerm }[];
    };
  };
  topologySpreadConstraints?: { topologyKey: string; maxSkew: number; whenUnsatisfiable: string }[];
  terminationGracePeriodSeconds?: number;
}

export interface LiveDeployment extends KubernetesObject {
  spec: {
    replicas?: number;
    progressDeadlineSeconds?: number;
    selector: LabelSelector & { matchExpressions?: unknown[] };
    strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } };
    template: { metadata?: Partial<ObjectMeta>; spec: LivePodSpec };
  };
}

export interface LiveService extends KubernetesObject {
  spec: {
    type?: string;
    selector?: Record<string, string>;
    ports?: { name?: string; port: number; targetPort?: number | string }[];
  };
}

export interface LiveConfigMap extends KubernetesObject {
  data?: Text;
}

export interface LiveServiceAccount extends KubernetesObject {
  automountServiceAccountToken?: boolean;
}

export interface LiveAutoscaler extends KubernetesObject {
  spec: {
    scaleTargetRef: { kind: string; name: string };
    minReplicas?: number;
    maxReplicas: number;
    metrics?: { resource?: { name: string; target?: { averageUtilization?: number } } }[];
    behavior?: { scaleDown?: { stabilizationWindowSeconds?: number } };
  };
}

export interface LiveBudget extends KubernetesObject {
  spec: { minAvailable?: number | string; maxUnavailable?: number | string; selector?: LabelSelector };
}

export interface IngressBackend {
  service?: { name: string; port?: { name?: string; number?: number } };
}

export interface LiveIngress extends KubernetesObject {
  spec: {
    ingressClassName?: string;
    defaultBackend?: IngressBackend;
    tls?: { secretName?: string }[];
    rules?: {
      host?: string;
      http?: {
        paths: { path?: string; backend?: IngressBackend }[];
      };
    }[];
  };
}

export interface LivePeer {
  podSelector?: LabelSelector;
  namespaceSelector?: LabelSelector;
  ipBlock?: { cidr: string; except?: string[] };
}

export interface LiveNetworkPolicy extends KubernetesObject {
  spec: {
    policyTypes?: string[];
    ingress?: { from?: LivePeer[] }[];
    egress?: { to?: LivePeer[]; ports?: { port?: number | string; protocol?: string }[] }[];
  };
}
