import { COLORS, POLICY_ANNOTATION } from '../../charts/names.js';
import { UsageError } from '../core/errors.js';
import type { Container, Deployment } from '../core/kubernetes.js';

/** @see https://pkg.go.dev/github.com/distribution/reference */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const DIGEST = /^sha256:[a-f0-9]{64}$/;
const REPOSITORY =
  /^(?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;

export interface Image {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** @throws UsageError when it is not an image reference */
export function parseImage(reference: string): Image {
  const [name = '', digest, ...rest] = reference.split('@');
  const colon = name.lastIndexOf(':');
  // A colon before the last slash is a registry's port.
  const tagged = colon > name.lastIndexOf('/');
  const repository = tagged ? name.slice(0, colon) : name;
  const tag = tagged ? name.slice(colon + 1) : undefined;
  if (rest.length > 0 || !REPOSITORY.test(repository) || (digest !== undefined && !DIGEST.test(digest)))
    throw new UsageError(`invalid image "${reference}": want REPOSITORY[:TAG][@sha256:DIGEST]`);
  return { repository, ...(tag !== undefined && { tag: validVersion(tag) }), ...(digest && { digest }) };
}

/** @throws UsageError when it could not be the tag of an image */
export function validVersion(version: string): string {
  if (TAG.test(version)) return version;
  throw new UsageError(
    `invalid version "${version}": want an image tag, at most 128 letters, digits, "_", "." or "-", not starting with "." or "-"`,
  );
}

/** What a user calls the version: the tag, else the digest's first 12 digits. */
export function versionOf(image: string | undefined): string {
  if (!image) return '';
  const [name = '', digest] = image.split('@', 2);
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1];
  return tag ?? digest?.slice(0, 'sha256:'.length + 12) ?? 'latest';
}

/** What `--version` or `--image` asks for; neither: what the manifest says. */
export interface Target {
  readonly version?: string;
  readonly image?: string;
}

/**
 * The image that a container is to run, when its manifest or what it runs now says `current`.
 *
 * @param running - what runs now: a version that already runs pinned by digest stays pinned, since its tag may have moved
 */
export function targetImage(
  current: string | undefined,
  target: Target,
  running: string | undefined = current,
): string | undefined {
  if (target.image) return target.image;
  if (!target.version || !current) return current;
  const wanted = `${parseImage(current).repository}:${target.version}`;
  return running?.startsWith(`${wanted}@`) ? running : wanted;
}

const MUTABLE_TAGS: readonly string[] = ['latest', ...COLORS];

/** A warning about an image whose tag is made to change: Pods that start at different times may run different images. */
export function mutableTagWarning(image: string | undefined): string[] {
  if (!image || image.includes('@') || !MUTABLE_TAGS.includes(versionOf(image))) return [];
  return [
    `image "${image}" is not pinned, and the tag "${versionOf(image)}" is one that changes: ` +
      'a Pod that starts later may run another image; deploy a version, or pin the image by digest',
  ];
}

/** The container whose image is the version: the one that the Deployment's own policy names, else the only or first one. */
export function releaseContainer(deployment: Deployment): Container | undefined {
  const { containers } = deployment.spec.template.spec;
  const name = policyContainer(deployment);
  return containers.find((container) => container.name === name) ?? containers[0];
}

/** The image that a Deployment's version is read from; undefined where there is no Deployment. */
export const imageOf = (deployment: Deployment | undefined): string | undefined =>
  deployment && releaseContainer(deployment)?.image;

function policyContainer({ metadata }: Deployment): string | undefined {
  try {
    const { container } = JSON.parse(metadata.annotations?.[POLICY_ANNOTATION] ?? '{}') as { container?: unknown };
    return typeof container === 'string' ? container : undefined;
  } catch {
    // Reading the policy as a whole refuses it.
    return undefined;
  }
}

/** A copy of the Deployment whose release container runs `image`. */
export function withImage(deployment: Deployment, container: string, image: string): Deployment {
  const { template } = deployment.spec;
  const containers = template.spec.containers.map((c) => (c.name === container ? { ...c, image } : c));
  return {
    ...deployment,
    spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } },
  };
}
