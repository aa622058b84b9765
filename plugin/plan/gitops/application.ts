import type { KubernetesObject } from '../../core/kubernetes.js';

/** The part of an Application that says what it applied. */
interface Applied extends KubernetesObject {
  readonly status?: {
    readonly resources?: readonly { readonly kind?: string; readonly namespace?: string; readonly name?: string }[];
  };
}

export const NOT_THERE = 'it is not there';

/** The Application of those of one name, of any namespace, that says it applied an object, or why it is not known. */
export function pickApplication(
  applications: readonly KubernetesObject[],
  object: KubernetesObject,
): { object: KubernetesObject } | { unread: string } {
  const own = applications.filter((one) => applies(one, object) === true);
  const [only] = own;
  if (only && own.length === 1) return { object: only };
  if (only) return { unread: `there are several: ${namesOf(own)}` };
  const silent = applications.filter((one) => applies(one, object) === undefined);
  if (silent.length === 0) return { unread: NOT_THERE };
  return {
    unread: `${namesOf(silent)} ${silent.length > 1 ? 'do not say what they' : 'does not say what it'} applied`,
  };
}

const namesOf = (applications: readonly KubernetesObject[]) =>
  applications.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');

/** Whether an Application has applied an object; undefined for one that does not say yet what it applied. */
export function applies(application: KubernetesObject, { kind, metadata }: KubernetesObject): boolean | undefined {
  const { resources } = (application as Applied).status ?? {};
  return resources?.some(
    (one) =>
      one.kind === kind &&
      one.name === metadata.name &&
      [undefined, metadata.namespace].includes(one.namespace || undefined),
  );
}
