import { ApiError, RefusedError } from '../core/errors.js';
import type { Service } from '../core/kubernetes.js';
import type { Api } from '../kube/api.js';
import { resourcePath } from '../kube/resources.js';
import { besideOtherServices, type Colors, lowering, otherServices, refusal } from '../plan/other-services.js';
import type { State } from '../plan/state.js';
import type { Plan, Step } from '../plan/steps.js';

/** Every Service of a namespace; undefined where the user may not list them. */
async function listServices(api: Api, namespace: string): Promise<Service[] | undefined> {
  try {
    return (await api.list<Service>(resourcePath('Service', namespace))).items;
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return undefined;
    throw error;
  }
}

/**
 * The plan, with a warning for each other Service that loses Pods by it. Asks only for a plan that takes replicas away.
 *
 * @throws RefusedError naming Services that lead to the Pods of that color alone, unless forced
 */
export async function respectOtherServices(api: Api, plan: Plan, state: State, force: boolean): Promise<Plan> {
  const less = lowering(plan, state);
  if (!less) return plan;
  return besideOtherServices(plan, state, less, await listServices(api, plan.namespace), force);
}

/**
 * The same right before replicas are lowered: minutes may have passed since the plan.
 *
 * @throws RefusedError naming Services that the plan did not know of
 */
export async function requireNoNewService(
  api: Api,
  namespace: string,
  colors: Colors,
  step: Step & { kind: 'scale-down' },
): Promise<void> {
  const services = (await listServices(api, namespace)) ?? [];
  const { alone } = otherServices(services, colors, step.idle);
  const unknown = alone.filter((name) => !step.besides?.includes(name));
  if (unknown.length > 0) throw new RefusedError(refusal(unknown, { color: step.idle, from: step.from, to: step.to }));
}
