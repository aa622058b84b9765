import type { Policy } from '../../charts/policy.js';
import { ApiError, UnreachableError } from '../core/errors.js';
import type { Api } from '../kube/api.js';
import { resourcePath } from '../kube/resources.js';
import {
  type IngressWithBackends,
  podTargetsText,
  type TargetGroupBinding,
  targetsByBinding,
  targetsByIngress,
  targetsSeen,
} from '../plan/pod-targets.js';
import type { State } from '../plan/state.js';
import type { Plan } from '../plan/steps.js';

const BINDINGS = '/apis/elbv2.k8s.aws/v1beta1';

/**
 * By what a load balancer is seen to send traffic to the Pods of the active Service itself, in words; undefined where there
 * is none, or what would tell may not be read.
 */
export async function findPodTargets(api: Api, { active, pods, namespace }: State): Promise<string | undefined> {
  if (!active) return undefined;
  const seen = targetsSeen(active, pods);
  if (seen !== undefined) return seen;
  const { name } = active.metadata;
  const bindings = `${BINDINGS}/namespaces/${encodeURIComponent(namespace)}/targetgroupbindings`;
  const bound = await listIfAllowed<TargetGroupBinding>(api, bindings);
  if (bound !== 'forbidden') return targetsByBinding(bound, name);
  const ingresses = await listIfAllowed<IngressWithBackends>(api, resourcePath('Ingress', namespace));
  return ingresses === 'forbidden' ? undefined : targetsByIngress(ingresses, name);
}

async function listIfAllowed<T>(api: Api, path: string): Promise<T[] | 'forbidden'> {
  try {
    return (await api.list<T>(path)).items;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return 'forbidden';
    // A kind that the cluster does not know is answered by a page, not by a Status; and what is only advice must not fail.
    if (error instanceof ApiError || error instanceof UnreachableError) return [];
    throw error;
  }
}

/** The plan, with the advice to let the colors overlap, unless the spec or a flag says how traffic is to move. */
export async function withAdvice(api: Api, plan: Plan, state: State, { promotion }: Policy): Promise<Plan> {
  const isOpen = plan.operation === 'promote' && plan.from !== plan.to && promotion.switch === undefined;
  const switches = plan.steps.some((step) => step.kind === 'switch' && !step.overlap);
  const evidence = isOpen && switches ? await findPodTargets(api, state) : undefined;
  if (evidence === undefined || !state.active) return plan;
  const advice =
    `${podTargetsText(state.active.metadata.name, evidence)}; --switch=overlap, or "promotion.switch: overlap" in the spec, ` +
    'lets both colors have the traffic meanwhile, and --switch=atomic leaves out this advice';
  return { ...plan, warnings: [...plan.warnings, advice] };
}
