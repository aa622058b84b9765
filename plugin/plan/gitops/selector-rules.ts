import type { KubernetesObject } from '../../kubernetes.js';

/** The part of an Argo CD Application that says what a sync leaves alone. */
interface Application {
  readonly spec?: {
    readonly ignoreDifferences?: readonly {
      readonly group?: string;
      readonly kind?: string;
      readonly name?: string;
      readonly namespace?: string;
      readonly jsonPointers?: readonly string[];
      readonly jqPathExpressions?: readonly string[];
    }[];
    readonly syncPolicy?: { readonly syncOptions?: readonly string[] };
  };
}

/** The part of a Flux Kustomization that says what it leaves alone; the fields of a target are regular expressions. */
interface Kustomization {
  readonly spec?: {
    readonly ignore?: readonly {
      readonly paths?: readonly string[];
      readonly target?: Readonly<Record<string, string>>;
    }[];
  };
}

const POINTERS = ['/spec', '/spec/selector'];
const JQ_PATHS = ['.spec', '.spec.selector'];

/**
 * Whether an Application's sync leaves the selector of a Service as it is.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#respect-ignore-difference-configs
 */
export function applicationLeavesSelector(application: object, { metadata }: KubernetesObject): boolean {
  const { ignoreDifferences = [], syncPolicy } = (application as Application).spec ?? {};
  if (!syncPolicy?.syncOptions?.includes('RespectIgnoreDifferences=true')) return false;
  return ignoreDifferences.some(
    ({ group = '', kind, name, namespace, jsonPointers = [], jqPathExpressions = [] }) =>
      ['', '*'].includes(group) &&
      [undefined, 'Service', '*'].includes(kind) &&
      [undefined, '', metadata.name].includes(name) &&
      [undefined, '', metadata.namespace].includes(namespace) &&
      (jsonPointers.some((pointer) => POINTERS.includes(pointer)) ||
        jqPathExpressions.some((path) => JQ_PATHS.includes(path))),
  );
}

/**
 * Whether a Kustomization leaves the selector of a Service as it is. Rules that select by label or annotation are not
 * evaluated, and count as not applying.
 *
 * @see https://fluxcd.io/blog/2026/08/ignore-rules-drift-detection
 */
export function kustomizationLeavesSelector(kustomization: object, { metadata }: KubernetesObject): boolean {
  const { ignore = [] } = (kustomization as Kustomization).spec ?? {};
  const self: Record<string, string> = {
    group: '',
    version: 'v1',
    kind: 'Service',
    name: metadata.name,
    namespace: metadata.namespace ?? '',
  };
  return ignore.some(
    ({ paths = [], target = {} }) =>
      paths.some((path) => POINTERS.includes(path)) &&
      Object.entries(target).every(([key, pattern]) => matches(pattern, self[key])),
  );
}

function matches(pattern: string, value: string | undefined): boolean {
  if (value === undefined) return false;
  try {
    return new RegExp(`^(?:${pattern})$`).test(value);
  } catch {
    return false;
  }
}
