/** The parts of a spec that are objects of their own: how requests reach the Pods, and how many Pods there are. */
import type { ReleaseInput } from '../../../charts/index.js';
import type {
  AffinityTerm,
  LiveAutoscaler,
  LiveBudget,
  LiveIngress,
  LiveNetworkPolicy,
  LivePeer,
  LivePodSpec,
} from './objects.js';

export function autoscalingOf({ spec }: LiveAutoscaler): NonNullable<ReleaseInput['autoscaling']> {
  const percent = (name: string) =>
    spec.metrics?.find(({ resource }) => resource?.name === name)?.resource?.target?.averageUtilization;
  const [cpu, memory] = [percent('cpu'), percent('memory')];
  const seconds = spec.behavior?.scaleDown?.stabilizationWindowSeconds;
  return {
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    ...(cpu !== undefined && { averageCpuUtilizationPercent: cpu }),
    ...(memory !== undefined && { averageMemoryUtilizationPercent: memory }),
    ...(seconds !== undefined && { scaleDownStabilizationSeconds: seconds }),
  };
}

export function budgetOf({ spec }: LiveBudget): NonNullable<ReleaseInput['podDisruptionBudget']> {
  const { minAvailable, maxUnavailable } = spec;
  return {
    ...(minAvailable !== undefined && { minAvailable }),
    ...(maxUnavailable !== undefined && { maxUnavailable }),
  };
}

/** @param annotations - those that the Ingress has of its own */
export function ingressOf(
  { spec }: LiveIngress,
  services: { active: string; preview: string },
  annotations: Record<string, string>,
): ReleaseInput['ingress'] {
  const rules = spec.rules ?? [];
  const hosts = (service: string) =>
    rules.flatMap(({ host, http }) => (host && http?.paths[0]?.backend?.service?.name === service ? [host] : []));
  const path = rules[0]?.http?.paths[0]?.path ?? '/';
  const secret = spec.tls?.[0]?.secretName;
  const active = hosts(services.active);
  if (active.length === 0) return undefined;
  return {
    ...(spec.ingressClassName !== undefined && { className: spec.ingressClassName }),
    annotations,
    hosts: active,
    previewHosts: hosts(services.preview),
    path,
    ...(secret !== undefined && { tlsSecretName: secret }),
  };
}

type Peers = NonNullable<ReleaseInput['networkPolicy']>['ingressFrom'];
type Egress = NonNullable<NonNullable<ReleaseInput['networkPolicy']>['egress']>;

export function networkPolicyOf({ spec }: LiveNetworkPolicy): ReleaseInput['networkPolicy'] {
  const from = spec.ingress?.[0]?.from;
  if (!from) return undefined;
  const egress = spec.egress?.map(({ to, ports }) => ({ ...(to && { to: to.map(peerOf) }), ...(ports && { ports }) }));
  const limitsEgress = spec.policyTypes?.includes('Egress') ?? egress !== undefined;
  return { ingressFrom: from.map(peerOf), ...(limitsEgress && { egress: (egress ?? []) as Egress }) };
}

function peerOf({ podSelector, namespaceSelector, ipBlock }: LivePeer): Peers[number] {
  return {
    ...(podSelector && { podSelector: { ...podSelector.matchLabels } }),
    ...(namespaceSelector && { namespaceSelector: { ...namespaceSelector.matchLabels } }),
    ...(ipBlock && { ipBlock }),
  };
}

/** Which nodes the Pods run on. */
export function schedulingOf(pod: LivePodSpec) {
  const {
    requiredDuringSchedulingIgnoredDuringExecution: required,
    preferredDuringSchedulingIgnoredDuringExecution: preferred,
  } = pod.affinity?.podAntiAffinity ?? {};
  const term: AffinityTerm | undefined = required?.[0] ?? preferred?.[0]?.podAffinityTerm;
  return {
    ...(pod.nodeSelector && { nodeSelector: { ...pod.nodeSelector } }),
    ...(pod.tolerations && { tolerations: pod.tolerations as NonNullable<ReleaseInput['tolerations']> }),
    ...(term && {
      antiAffinity: {
        betweenColors: required ? ('required' as const) : ('preferred' as const),
        ...(term.topologyKey !== undefined && { topologyKey: term.topologyKey }),
      },
    }),
    ...(pod.topologySpreadConstraints && {
      topologySpreadConstraints: pod.topologySpreadConstraints.map(
        ({ topologyKey, maxSkew, whenUnsatisfiable }) =>
          ({ topologyKey, maxSkew, whenUnsatisfiable }) as NonNullable<
            ReleaseInput['topologySpreadConstraints']
          >[number],
      ),
    }),
  };
}
