import type { Container, Pod } from '../core/kubernetes.js';

/**
 * What a node says that a container runs: the digest under which the image was pulled, or, for one that came from an
 * archive, its image ID. The runtimes differ in what they say for an image of several platforms or of several names,
 * so two texts that differ prove little by themselves.
 *
 * @see https://github.com/kubernetes/kubernetes/issues/115199
 */
export function imageIdOf(pod: Pod, container: string): string | undefined {
  const imageID = pod.status?.containerStatuses?.find(({ name }) => name === container)?.imageID;
  // Docker's adapter puts docker-pullable:// before it.
  return imageID?.replace(/^[a-z-]+:\/\//, '') || undefined;
}

/** `sha256:...` at the end of an image or of an imageID. */
export const digestOf = (image: string | undefined): string | undefined =>
  /sha256:[0-9a-f]{64}$/.exec(image ?? '')?.[0];

/**
 * Why a Pod does not run the image that its Deployment pins by digest. A runtime pulls a digest or fails, so what it
 * reports counts only for a Pod that was made without that digest: admission webhooks rewrite images.
 *
 * @param container - of the Deployment's template
 */
export function unpinnedImage(pod: Pod, { name, image }: Container): string | undefined {
  const pinned = digestOf(image);
  const own = pod.spec.containers.find((one) => one.name === name)?.image;
  if (!pinned || own === undefined || digestOf(own) === pinned) return undefined;
  const imageID = imageIdOf(pod, name);
  if (imageID === undefined || digestOf(imageID) === pinned) return undefined;
  return `pod "${pod.metadata.name}" runs image "${imageID}" under the name "${own}", want the digest of "${image}": something changes images as Pods are made`;
}

/** Two Pods of one template whose containers do not run the same image. */
export interface Difference {
  readonly container: string;
  readonly image: string;
  readonly pods: readonly [Pod, Pod];
}

/**
 * Finds Pods that run different images under one tag, as when it was pushed again between their starts.
 *
 * Only what can be compared is: texts of one form and repository, and of Pods in one group. A digest that is in the
 * Pod's spec says it all, and is not compared.
 *
 * @param groupOf - nodes of different architectures rightly run different images
 */
export function differentImages(
  pods: readonly Pod[],
  container: string,
  groupOf: (pod: Pod) => string = () => '',
): Difference | undefined {
  const first = new Map<string, { pod: Pod; digest: string }>();
  for (const pod of pods) {
    const image = pod.spec.containers.find(({ name }) => name === container)?.image ?? '';
    const imageID = imageIdOf(pod, container);
    const digest = digestOf(imageID);
    if (digestOf(image) || imageID === undefined || digest === undefined) continue;
    const key = [groupOf(pod), image, imageID.slice(0, -digest.length)].join(' ');
    const other = first.get(key);
    if (other && other.digest !== digest) return { container, image, pods: [other.pod, pod] };
    first.set(key, { pod, digest });
  }
  return undefined;
}

export function describeDifference({ container, image, pods: [one, other] }: Difference): string {
  const [a, b] = [one, other].map((pod) => `pod "${pod.metadata.name}" runs ${imageIdOf(pod, container)}`);
  return `the Pods run different images under the name "${image}": ${a}, ${b}`;
}
