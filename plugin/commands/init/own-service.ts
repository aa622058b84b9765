/** Whether a Service and a Deployment are of one application, and of that application alone. */
import { activeServiceName, COLORS, deploymentName, POLICY_ANNOTATION } from '../../../charts/names.js';
import { RefusedError } from '../../core/errors.js';
import { type Pod, type ReplicaSet, TEMPLATE_HASH_LABEL } from '../../core/kubernetes.js';
import { labelText, selects } from '../../plan/label-selector.js';
import type { LiveDeployment, LiveService, Text } from './objects.js';
import type { Plain } from './plain.js';

/** The ReplicaSets that a Deployment made. */
export const madeBy = (deployment: LiveDeployment, replicaSets: readonly ReplicaSet[]): ReplicaSet[] =>
  replicaSets.filter(({ metadata }) =>
    metadata.ownerReferences?.some(({ uid }) => uid !== undefined && uid === deployment.metadata.uid),
  );

/** The labels that Pods of a Deployment may have now: one set for each of its ReplicaSets that runs, or for its template. */
function podLabels({ spec }: LiveDeployment, own: readonly ReplicaSet[]): Text[] {
  const running = own.filter(({ spec: { replicas = 0 } }) => replicas > 0);
  const sets = running.map(({ metadata }) => metadata.labels?.[TEMPLATE_HASH_LABEL]);
  const labels = spec.template.metadata?.labels ?? {};
  return [labels, ...sets.flatMap((hash) => (hash === undefined ? [] : [{ ...labels, [TEMPLATE_HASH_LABEL]: hash }]))];
}

/** The Services that lead to Pods of a Deployment. */
export function servicesOf(
  deployment: LiveDeployment,
  services: readonly LiveService[],
  own: readonly ReplicaSet[],
): LiveService[] {
  const labels = podLabels(deployment, own);
  return services.filter((service) => labels.some((set) => selects(service.spec, set)));
}

/** What a Service leads to, or would once it is scaled up, that a Deployment did not make: as `replicaset/NAME`. */
export function othersBehind(
  service: LiveService,
  own: readonly ReplicaSet[],
  all: { readonly pods: readonly Pod[]; readonly replicaSets: readonly ReplicaSet[] },
): string[] {
  const uids = new Set(own.map(({ metadata }) => metadata.uid));
  const isOwn = ({ metadata }: Pod) => metadata.ownerReferences?.some(({ uid }) => uids.has(uid));
  const named = ({ metadata }: Pod | ReplicaSet, kind: string) => {
    const [owner] = metadata.ownerReferences ?? [];
    return owner ? `${owner.kind.toLowerCase()}/${owner.name}` : `${kind}/${metadata.name}`;
  };
  const sets = all.replicaSets
    .filter(({ metadata }) => !uids.has(metadata.uid) && selects(service.spec, metadata.labels))
    .map((set) => ({ uid: set.metadata.uid, name: named(set, 'replicaset') }));
  // A Pod of such a ReplicaSet is told by what made that.
  const isOfSet = ({ metadata }: Pod) => metadata.ownerReferences?.some((o) => sets.some(({ uid }) => uid === o.uid));
  const pods = all.pods.filter((pod) => selects(service.spec, pod.metadata.labels) && !isOwn(pod) && !isOfSet(pod));
  return [...new Set([...sets.map(({ name }) => name), ...pods.map((pod) => named(pod, 'pod'))])].sort();
}

/**
 * A Service that does not lead to the Deployment is of another application, and nothing may be said about it.
 *
 * @throws RefusedError naming the Services that do lead to it; or when the Deployment is a color of a release
 */
export function requireOneApplication(
  { deployment, service, services, selecting }: Pick<Plain, 'deployment' | 'service' | 'services' | 'selecting'>,
  namespace: string,
): void {
  const name = deployment.metadata.name;
  const release = releaseOfColor(name, services);
  if (release !== undefined)
    throw new RefusedError(
      `deployment "${name}" is a color of release "${release}": read that with ` +
        `"kubectl bluegreen init ${release} --from-cluster --namespace=${namespace}", or name another with --deployment`,
    );
  if (selecting.some(({ metadata }) => metadata.name === service.metadata.name)) return;
  throw new RefusedError(
    `service "${service.metadata.name}" ${whyNot(service)}, want one that selects the Pods of deployment "${name}" ` +
      `(${labelText(deployment.spec.template.metadata?.labels ?? {})}): ${selectingText(selecting)}`,
  );
}

export const selectingText = (selecting: readonly LiveService[]): string =>
  selecting.length > 0
    ? `name one of these with --service: ${selecting.map(({ metadata }) => `"${metadata.name}"`).join(', ')}`
    : 'no Service of the namespace does, so create one first';

/** The release of which a Deployment is a color: its active Service carries what synth writes there. */
function releaseOfColor(deployment: string, services: readonly LiveService[]): string | undefined {
  for (const { metadata } of services) {
    const release = metadata.name.replace(/-active$/, '');
    if (metadata.name !== activeServiceName(release) || !metadata.annotations?.[POLICY_ANNOTATION]) continue;
    if (COLORS.some((color) => deploymentName(release, color) === deployment)) return release;
  }
  return undefined;
}

function whyNot({ spec }: LiveService): string {
  if (spec.type === 'ExternalName') return 'is of type ExternalName, which leads to no Pods';
  const selector = spec.selector ?? {};
  return Object.keys(selector).length === 0 ? 'has no selector' : `selects ${labelText(selector)}`;
}
