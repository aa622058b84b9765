import type { KubernetesObject, Pod, Service } from '../core/kubernetes.js';
import { loadBalancerGates } from './overlap.js';
import { livePods } from './state.js';

/** How AWS Load Balancer Controller says which Service's Pods are targets of which group. */
export interface TargetGroupBinding extends KubernetesObject {
  spec?: { serviceRef?: { name?: string }; targetType?: string };
}

interface Backend {
  service?: { name?: string };
}

export interface IngressWithBackends extends KubernetesObject {
  spec?: { defaultBackend?: Backend; rules?: { http?: { paths?: { backend?: Backend }[] } }[] };
}

/*
 * A load balancer that sends traffic to Pods themselves, past kube-proxy. Each function tells what it is judged by, in
 * words, or undefined.
 *
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/service/annotations/
 * https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/targetgroupbinding/
 * https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing
 */

const NLB_TARGET_TYPE = 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type';
const NLB_TYPE = 'service.beta.kubernetes.io/aws-load-balancer-type';
const ALB_TARGET_TYPE = 'alb.ingress.kubernetes.io/target-type';
const NEG = 'cloud.google.com/neg';
const NEG_STATUS = 'cloud.google.com/neg-status';

/** By what a promotion has read anyway: the active Service, and the Pods behind it. */
export function targetsSeen({ metadata }: Service, pods: readonly Pod[]): string | undefined {
  const { [NEG]: neg, [NEG_STATUS]: negStatus, ...annotations } = metadata.annotations ?? {};
  if (neg !== undefined && asksForGroup(neg)) return `annotation ${NEG}: ${neg}`;
  if (negStatus !== undefined) return `annotation ${NEG_STATUS}`;
  for (const name of [NLB_TARGET_TYPE, ALB_TARGET_TYPE])
    if (annotations[name]?.toLowerCase() === 'ip') return `annotation ${name}: ip`;
  if (annotations[NLB_TYPE] === 'nlb-ip') return `annotation ${NLB_TYPE}: nlb-ip`;
  const gated = livePods(pods).find((pod) => loadBalancerGates(pod).length > 0);
  return gated && `readiness gate ${loadBalancerGates(gated)[0]} of pod "${gated.metadata.name}"`;
}

/** `{"ingress": true}` or `{"exposed_ports": {"80": {}}}`; GKE writes the first by itself. */
function asksForGroup(text: string): boolean {
  try {
    const { ingress, exposed_ports: ports } = JSON.parse(text) as { ingress?: unknown; exposed_ports?: unknown };
    return ingress === true || (typeof ports === 'object' && ports !== null && Object.keys(ports).length > 0);
  } catch {
    return false;
  }
}

export function targetsByBinding(bindings: readonly TargetGroupBinding[], service: string): string | undefined {
  const found = bindings.find(({ spec }) => spec?.serviceRef?.name === service && spec.targetType === 'ip');
  return found && `targetgroupbinding "${found.metadata.name}" has targetType ip`;
}

export function targetsByIngress(ingresses: readonly IngressWithBackends[], service: string): string | undefined {
  const found = ingresses.find(
    (ingress) => ingress.metadata.annotations?.[ALB_TARGET_TYPE]?.toLowerCase() === 'ip' && leadsTo(ingress, service),
  );
  return found && `ingress "${found.metadata.name}" has annotation ${ALB_TARGET_TYPE}: ip`;
}

function leadsTo({ spec }: IngressWithBackends, service: string): boolean {
  const paths = (spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  return [spec?.defaultBackend, ...paths.map(({ backend }) => backend)].some((one) => one?.service?.name === service);
}

/** What drops requests, and what does not. */
export const podTargetsText = (service: string, evidence: string): string =>
  `a load balancer sends the traffic of service "${service}" to its Pods itself (${evidence}): it may drop requests for some ` +
  'seconds when the selector changes at once';
