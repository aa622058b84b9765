import type { Container, Pod } from '../core/kubernetes.js';

/** The part of a Pod's spec that says what it uses and how it is probed. */

export interface Probe {
  httpGet?: { path?: string; port: number | string };
  tcpSocket?: { port: number | string };
  grpc?: { port: number };
  initialDelaySeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
}

export interface KeyReference {
  name: string;
  key: string;
  optional?: boolean;
}

export interface ObjectReference {
  name: string;
  optional?: boolean;
}

export interface ContainerDetail extends Container {
  imagePullPolicy?: string;
  env?: { name: string; valueFrom?: { configMapKeyRef?: KeyReference; secretKeyRef?: KeyReference } }[];
  envFrom?: { configMapRef?: ObjectReference; secretRef?: ObjectReference }[];
  resources?: Partial<Record<'requests' | 'limits', Record<string, string>>>;
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
}

interface VolumeSource {
  configMap?: { name: string; optional?: boolean };
  secret?: { secretName?: string; name?: string; optional?: boolean };
}

export interface PodSpecDetail {
  containers: ContainerDetail[];
  initContainers?: ContainerDetail[];
  volumes?: (VolumeSource & { name: string; projected?: { sources?: VolumeSource[] } })[];
  serviceAccountName?: string;
  imagePullSecrets?: { name: string }[];
  nodeSelector?: Record<string, string>;
}

export const podSpecOf = (pod: { spec: Pod['spec'] | { containers: Container[] } }): PodSpecDetail =>
  pod.spec as PodSpecDetail;
