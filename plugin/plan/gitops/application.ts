import type { KubernetesObject } from '../../kubernetes.js';

/** The part of an Application that says what it applied. */
interface Applied extends KubernetesObject {
  readonly status?: {
    readonly resources?: readonly { readonly kind?: string; readonly namespace?: string; readonly name?: string }[];
  };
}

export const NOT_THERE = 'it is not there';

/** The Application of those of one name that applied an object, or why it is not known. */
export function pickApplication(
  applications: readonly KubernetesObject[],
  object: KubernetesObject,
): { object: KubernetesObject } | { unread: string } {
  const possible = applications.filter((one) => mayApply(one, object));
  const [only] = possible;
  if (!only) return { unread: NOT_THERE };
  if (possible.length === 1) return { object: only };
  const names = possible.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return { unread: `there are several: ${names.join(', ')}` };
}

/** Whether an Application has applied an object; one that does not say yet what it applied may have. */
export function mayApply(application: KubernetesObject, { kind, metadata }: KubernetesObject): boolean {
  const { resources } = (application as Applied).status ?? {};
  return (
    resources?.some(
      (one) =>
        one.kind === kind &&
        one.name === metadata.name &&
        [undefined, metadata.namespace].includes(one.namespace || undefined),
    ) ?? true
  );
}
