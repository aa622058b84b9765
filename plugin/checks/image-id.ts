import { type Color, deploymentName } from '../../charts/names.js';
import { ApiError, RefusedError } from '../core/errors.js';
import type { Deployment, KubernetesObject, Pod } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { releaseContainer } from '../plan/image.js';
import { describeDifference, differentImages, imageIdOf, unpinnedImage } from '../plan/image-id.js';
import type { Run } from '../run/context.js';

interface Node extends KubernetesObject {
  status?: { nodeInfo?: { architecture?: string } };
}

/**
 * Makes sure that Pods of one color run one image: the one that is pinned, or all the same one under its tag.
 *
 * @returns the image of each Pod's release container by the Pod's UID, as its node reports it
 * @throws RefusedError when they do not; where that cannot be known, as on nodes of several architectures, it only warns
 */
export async function requireOneImage(run: Run, color: Color, pods: readonly Pod[]): Promise<Map<string, string>> {
  const path = resourcePath('Deployment', run.namespace, deploymentName(run.release, color));
  const deployment = await run.api.get<Deployment>(path);
  for (const container of deployment.spec.template.spec.containers) {
    const unpinned = pods.map((pod) => unpinnedImage(pod, container)).find((why) => why !== undefined);
    if (unpinned) throw new RefusedError(unpinned);
    await requireSame(run, pods, container.name);
  }
  const name = releaseContainer(deployment)?.name ?? '';
  const images = pods.map((pod) => [pod.metadata.uid ?? '', imageIdOf(pod, name)] as const);
  return new Map(images.filter((one): one is [string, string] => one[1] !== undefined));
}

/** What Pods answered, with the image that each of them runs. */
export function withImages<T extends { uid: string }>(
  evidence: readonly T[],
  images: ReadonlyMap<string, string>,
): T[] {
  return evidence.map((one) => ({ ...one, ...(images.has(one.uid) && { imageID: images.get(one.uid) }) }));
}

async function requireSame(run: Run, pods: readonly Pod[], container: string): Promise<void> {
  const suspicion = differentImages(pods, container);
  if (!suspicion) return;
  const nodes = [...new Set(pods.map(({ spec }) => spec.nodeName ?? ''))];
  const architectures = new Map(
    await Promise.all(nodes.map(async (node) => [node, await architectureOf(run, node)] as const)),
  );
  const sure = differentImages(
    pods,
    container,
    ({ spec: { nodeName = '' } }) => architectures.get(nodeName) ?? nodeName,
  );
  if (sure) throw new RefusedError(`${describeDifference(sure)}; pin the image by digest`);
  run.reporter.warn(`${describeDifference(suspicion)}; they may be of different architectures, as their nodes`);
}

/** Nodes are cluster-scoped: who may not read them is only told about Pods of one node. */
async function architectureOf(run: Run, node: string): Promise<string | undefined> {
  try {
    const { status } = await run.api.get<Node>(`/api/v1/nodes/${encodeURIComponent(node)}`);
    return status?.nodeInfo?.architecture;
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
