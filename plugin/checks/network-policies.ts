import { APP_LABEL, type Color } from '../../charts/names.js';
import { ApiError, RefusedError, UnreachableError } from '../core/errors.js';
import type { NetworkPolicy, Pod } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { type Blocked, blockedPorts, blockedText } from '../plan/network-policy.js';
import { type ResolvedPort, resolvePorts } from '../plan/service-ports.js';
import { isReady, podsOf } from '../plan/state.js';
import type { Run } from '../run/context.js';

/**
 * Refuses a color whose ports the NetworkPolicies of the namespace close to everything: verification through port-forward
 * passes them, and clients do not.
 *
 * @param serving - the color that has the traffic, where that is another one
 * @param leaving - names of policies that are deleted before traffic moves
 * @returns why it is not known, where the policies may not be listed
 * @throws RefusedError naming the policies and the port
 */
export async function requireAdmitted(
  run: Run,
  serving: Color | undefined,
  pods: readonly Pod[],
  resolved: readonly ResolvedPort[],
  leaving: readonly string[] = [],
): Promise<string[]> {
  const found = await listPolicies(run);
  if (typeof found === 'string') return [found];
  const policies = found.filter(({ metadata }) => !leaving.includes(metadata.name));
  const [blocked] = blockedPorts(policies, resolved, pods);
  if (!blocked) return [];
  const text = blockedText(blocked);
  const other = serving && (await mayBeOthers(run, serving, policies, blocked));
  if (other === undefined) throw new RefusedError(`${text}: requests would not arrive; ${remedy(run, blocked)}`);
  run.reporter.warn(`${text}; ${other}`);
  return [`${text}; ${other}`];
}

async function listPolicies(run: Run): Promise<readonly NetworkPolicy[] | string> {
  try {
    return (await run.api.list<NetworkPolicy>(resourcePath('NetworkPolicy', run.namespace))).items;
  } catch (error) {
    if (!(error instanceof ApiError || error instanceof UnreachableError)) throw error;
    return `whether NetworkPolicies admit the ports is not known: ${error.message}`;
  }
}

const isOwn = ({ metadata }: NetworkPolicy, { release }: Run) => metadata.labels?.[APP_LABEL] === release;

/** --apply-shared brings the manifest of a policy of the release, which both colors share. */
function remedy(run: Run, { policies, number }: Blocked): string {
  const own = policies.find((policy) => isOwn(policy, run));
  return own
    ? `where the manifest of networkpolicy "${own.metadata.name}" admits port ${number}, -f with --apply-shared applies it first; else synthesize it so that it does`
    : `add the port to one of them`;
}

/** API groups whose own policies may admit what a NetworkPolicy does not. */
const OTHER_POLICIES = /^(cilium\.io|(crd\.)?projectcalico\.org|policy\.networking\.k8s\.io|(crd\.)?antrea\.io)$/;

/**
 * Why the port may be open all the same, in words: the cluster has policies of another kind, and by the NetworkPolicies
 * alone the color that has the traffic could not be reached either.
 */
async function mayBeOthers(
  run: Run,
  serving: Color,
  policies: readonly NetworkPolicy[],
  blocked: Blocked,
): Promise<string | undefined> {
  if (blocked.policies.some((policy) => isOwn(policy, run))) return undefined;
  try {
    const labelSelector = `${APP_LABEL}=${run.release}`;
    const [{ groups = [] }, { items }] = await Promise.all([
      run.api.get<{ groups?: { name: string }[] }>('/apis'),
      run.api.list<Pod>(resourcePath('Pod', run.namespace), { labelSelector }),
    ]);
    const other = groups.find(({ name }) => OTHER_POLICIES.test(name));
    const its = podsOf(items, run.release, serving).filter(isReady);
    if (!other || its.length === 0) return undefined;
    const isAlike = blockedPorts(policies, resolvePorts(blocked.service, [blocked.port], its), its).length > 0;
    return isAlike
      ? `nor is that of ${serving} admitted, which has the traffic, and policies of ${other.name} may: not refused`
      : undefined;
  } catch (error) {
    if (error instanceof ApiError || error instanceof UnreachableError) return undefined;
    throw error;
  }
}
