import { activeServiceName, isColor } from '../../../charts/names.js';
import { RefusedError } from '../../core/errors.js';
import type { Deployment, Pod, ReplicaSet, Service } from '../../core/kubernetes.js';
import type { Api } from '../../kube/api.js';
import { resourcePath } from '../../kube/resources.js';
import { selectorQuery } from '../../plan/revisions.js';
import { listReplicaSets, requireNamespace } from '../../run/observe.js';

/** A Deployment, and the ReplicaSets and Pods that its selector finds. */
export interface DeploymentView {
  readonly deployment: Deployment;
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
}

/**
 * Reads a Deployment that is not part of a blue/green release.
 *
 * @throws RefusedError naming the command for a release, and for a Deployment that does not exist
 */
export async function observePlain(api: Api, namespace: string, name: string): Promise<DeploymentView> {
  const release = await releaseOfColor(api, namespace, name);
  if (release !== undefined)
    throw new RefusedError(
      `deployment "${name}" is a color of the blue/green release ${release}: use "kubectl bluegreen rollback ${release}", which moves traffic to the color that has none`,
    );
  const deployment = await api.find<Deployment>(resourcePath('Deployment', namespace, name));
  if (deployment) return await withPods(api, namespace, deployment);
  if (await findActive(api, namespace, name))
    throw new RefusedError(
      `${name} is a blue/green release: use "kubectl bluegreen rollback ${name}", which moves traffic to the color that has none`,
    );
  await requireNamespace(api, namespace);
  throw new RefusedError(`deployments.apps "${name}" not found in namespace "${namespace}"`);
}

async function withPods(api: Api, namespace: string, deployment: Deployment): Promise<DeploymentView> {
  const labelSelector = selectorQuery(deployment.spec.selector);
  const [replicaSets, pods] = await Promise.all([
    listReplicaSets(api, namespace, deployment),
    api.list<Pod>(resourcePath('Pod', namespace), { labelSelector }),
  ]);
  return { deployment, replicaSets, pods: pods.items };
}

const findActive = (api: Api, namespace: string, release: string) =>
  api.find<Service>(resourcePath('Service', namespace, activeServiceName(release)));

/** The release of which a Deployment is a color, judged by its name and the active Service beside it. */
async function releaseOfColor(api: Api, namespace: string, name: string): Promise<string | undefined> {
  const dash = name.lastIndexOf('-');
  const release = name.slice(0, dash);
  if (dash < 1 || !isColor(name.slice(dash + 1))) return undefined;
  return (await findActive(api, namespace, release)) && release;
}
