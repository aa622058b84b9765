import type { Deployment } from '../core/kubernetes.js';
import { type PodSpecDetail, podSpecOf } from './pod-spec.js';

export type ReferencedKind = 'ConfigMap' | 'Secret' | 'PullSecret' | 'ServiceAccount';

/** What a Pod template wants of an object: that it exists unless all that refers to it is optional, and these keys of it. */
export interface Wanted {
  readonly keys: Set<string>;
  optional: boolean;
}

/** The objects of a kind that a Deployment's Pods refer to, by name. */
export function referencesOf(deployment: Deployment | undefined, kind: ReferencedKind): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  if (!deployment) return wanted;
  const want = (name: string | undefined, optional = false, key?: string) => {
    if (!name) return;
    const one = wanted.get(name) ?? { keys: new Set<string>(), optional: true };
    if (!optional) one.optional = false;
    if (!optional && key !== undefined) one.keys.add(key);
    wanted.set(name, one);
  };
  const spec = podSpecOf(deployment.spec.template);
  if (kind === 'ServiceAccount') want(spec.serviceAccountName ?? 'default');
  else if (kind === 'PullSecret') for (const { name } of spec.imagePullSecrets ?? []) want(name);
  else configuration(spec, kind, want);
  return wanted;
}

type Want = (name: string | undefined, optional?: boolean, key?: string) => void;

function configuration(spec: PodSpecDetail, kind: 'ConfigMap' | 'Secret', want: Want): void {
  const isConfig = kind === 'ConfigMap';
  for (const { env = [], envFrom = [] } of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const { valueFrom } of env) {
      const reference = isConfig ? valueFrom?.configMapKeyRef : valueFrom?.secretKeyRef;
      want(reference?.name, reference?.optional, reference?.key);
    }
    for (const source of envFrom) {
      const reference = isConfig ? source.configMapRef : source.secretRef;
      want(reference?.name, reference?.optional);
    }
  }
  for (const volume of spec.volumes ?? [])
    for (const { configMap, secret } of [volume, ...(volume.projected?.sources ?? [])]) {
      if (isConfig) want(configMap?.name, configMap?.optional);
      else want(secret?.secretName ?? secret?.name, secret?.optional);
    }
}
