import { type MovedField, movedPath } from './fields.js';

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

export const RESPECT_OPTION = 'RespectIgnoreDifferences=true';

/**
 * Whether a sync of an Application leaves alone what its rules ignore, and not only hides the difference.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#respect-ignore-difference-configs
 */
export const respectsRules = (application: object): boolean =>
  (application as Application).spec?.syncPolicy?.syncOptions?.includes(RESPECT_OPTION) ?? false;

/** Whether an Application has a rule for a field. */
export function applicationCovers(application: object, field: MovedField, inNamespace: string): boolean {
  const pointers = ['/spec', movedPath(field)];
  const jqPaths = ['.spec', `.spec.${field.field}`];
  const { ignoreDifferences = [] } = (application as Application).spec ?? {};
  return ignoreDifferences.some(
    ({ group = '', kind, name, namespace, jsonPointers = [], jqPathExpressions = [] }) =>
      [field.group, '*'].includes(group) &&
      [undefined, field.kind, '*'].includes(kind) &&
      [undefined, '', field.name].includes(name) &&
      [undefined, '', inNamespace].includes(namespace) &&
      (jsonPointers.some((pointer) => pointers.includes(pointer)) ||
        jqPathExpressions.some((path) => jqPaths.includes(path))),
  );
}

/**
 * Whether a Kustomization has a rule for a field. Rules that select by label or annotation are not evaluated, and count as
 * not applying.
 *
 * @see https://fluxcd.io/blog/2026/08/ignore-rules-drift-detection
 */
export function kustomizationCovers(kustomization: object, field: MovedField, namespace: string): boolean {
  const { group, kind, name } = field;
  const self: Record<string, string> = { group, version: 'v1', kind, name, namespace };
  const { ignore = [] } = (kustomization as Kustomization).spec ?? {};
  return ignore.some(
    ({ paths = [], target = {} }) =>
      paths.some((path) => path === '/spec' || path === movedPath(field)) &&
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
