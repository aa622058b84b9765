/**
 * How the API server merges a field. What a table leaves out is the default: a map is merged field by field, a list is
 * one value.
 *
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy
 */
export type Shape =
  | { readonly kind: 'map'; readonly fields: Readonly<Record<string, Shape>> }
  /** A list whose items are told apart by the values of some of their fields. */
  | {
      readonly kind: 'items';
      readonly keys: readonly string[];
      readonly defaults: Readonly<Record<string, unknown>>;
      readonly item: Shape;
    }
  /** A list of plain values, each of which is owned by itself. */
  | { readonly kind: 'set' }
  /** A map that is one value. */
  | { readonly kind: 'atomic' };

export const ATOMIC: Shape = { kind: 'atomic' };
export const SET: Shape = { kind: 'set' };
export const GRANULAR: Shape = { kind: 'map', fields: {} };

export const map = (fields: Readonly<Record<string, Shape>>): Shape => ({ kind: 'map', fields });

export function items(
  keys: readonly string[],
  fields: Readonly<Record<string, Shape>> = {},
  defaults: Readonly<Record<string, unknown>> = {},
): Shape {
  return { kind: 'items', keys, defaults, item: map(fields) };
}

/** The shape of a field of a map; undefined stands for a kind that is not in the table, and so do all fields inside. */
export function fieldShape(shape: Shape | undefined, field: string): Shape | undefined {
  if (shape?.kind !== 'map') return undefined;
  return Object.hasOwn(shape.fields, field) ? shape.fields[field] : GRANULAR;
}
