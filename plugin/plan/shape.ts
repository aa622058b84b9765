/**
 * What something that was read must look like before it is used: JSON of annotations and YAML of manifests is anybody's.
 *
 * Only what the plugin reads is described; the rest is for the API server to judge.
 */
export type Shape =
  | 'text'
  | 'number'
  /** 0 or more, and a number that a timer can count. */
  | 'amount'
  | 'boolean'
  | 'anything'
  | { readonly oneOf: readonly Shape[] }
  | { readonly listOf: Shape }
  /** A mapping of names that are not known before. */
  | { readonly mapOf: Shape }
  /** A mapping of known names; null is as good as nothing for those of `may`, and names that are not in it are not looked at. */
  | { readonly must?: Fields; readonly may?: Fields };

export type Fields = Readonly<Record<string, Shape>>;

/** Where something does not look as it must. */
export interface Misfit {
  readonly path: readonly (string | number)[];
  readonly wanted: string;
  /** What is there, such as `a list`. */
  readonly got: string;
}

const SCALARS: Readonly<Record<Extract<Shape, string>, { wanted: string; fits: (value: unknown) => boolean }>> = {
  text: { wanted: 'text', fits: (value) => typeof value === 'string' },
  number: { wanted: 'a number', fits: (value) => Number.isFinite(value) },
  amount: { wanted: 'a number from 0 on', fits: (value) => Number.isFinite(value) && (value as number) >= 0 },
  boolean: { wanted: 'true or false', fits: (value) => typeof value === 'boolean' },
  anything: { wanted: 'a value', fits: () => true },
};

/** The first place at which a value is not of a shape; undefined when it is. */
export function misfit(value: unknown, shape: Shape, path: Misfit['path'] = []): Misfit | undefined {
  const wrong = (wanted: string): Misfit => ({ path, wanted, got: kindOf(value) });
  if (typeof shape === 'string') return SCALARS[shape].fits(value) ? undefined : wrong(SCALARS[shape].wanted);
  if ('oneOf' in shape) {
    const found = shape.oneOf.map((one) => misfit(value, one, path));
    if (found.includes(undefined)) return undefined;
    return wrong([...new Set(found.map((one) => one?.wanted))].join(' or '));
  }
  if ('listOf' in shape) {
    if (!Array.isArray(value)) return wrong('a list');
    return first(value.entries(), ([index, item]) => misfit(item, shape.listOf, [...path, index]));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong('a mapping');
  if ('mapOf' in shape) return first(Object.entries(value), ([key, one]) => misfit(one, shape.mapOf, [...path, key]));
  const field = (key: string): unknown =>
    Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  return (
    first(Object.entries(shape.must ?? {}), ([key, one]) => misfit(field(key), one, [...path, key])) ??
    first(Object.entries(shape.may ?? {}), ([key, one]) =>
      field(key) === undefined || field(key) === null ? undefined : misfit(field(key), one, [...path, key]),
    )
  );
}

export const fits = (value: unknown, shape: Shape): boolean => misfit(value, shape) === undefined;

/** The first that a function finds, looking no further. */
function first<T>(items: Iterable<T>, find: (item: T) => Misfit | undefined): Misfit | undefined {
  for (const item of items) {
    const found = find(item);
    if (found) return found;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
