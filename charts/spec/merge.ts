/** An environment's part of a spec, laid over the release's own. */
import type { FieldPath } from './path.js';

type Mapping = Readonly<Record<string, unknown>>;

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Mappings are merged, lists and scalars replace, and null takes a field away: then it has its default. */
export function merge(base: unknown, overlay: unknown, path: FieldPath = []): unknown {
  if (!isMapping(overlay) || isWhole(path)) return overlay;
  const below = isMapping(base) ? base : {};
  const merged: Record<string, unknown> = { ...below };
  if (namesImage(overlay, path)) {
    // A digest outweighs a version, so that one of them left over from below would run something else.
    delete merged.version;
    delete merged.digest;
  }
  for (const [key, value] of Object.entries(overlay)) {
    if (value === null) delete merged[key];
    else merged[key] = merge(below[key], value, [...path, key]);
  }
  return merged;
}

/** A mapping that is one value: of the sources of a variable there is exactly one. */
function isWhole(path: FieldPath): boolean {
  const [parent, ...rest] = [path.at(-2), ...path.slice(0, -2)];
  return parent === 'env' && (rest.length === 0 || (rest.length === 1 && rest[0] === 'migrations'));
}

function namesImage({ version, digest }: Mapping, path: FieldPath): boolean {
  return path.length === 2 && path[0] === 'colors' && typeof (version ?? digest) === 'string';
}

/** Whether what a merged spec has at a path, or lacks there, is of the overlay: else it is of the base. */
export function isOfOverlay(base: unknown, overlay: unknown, path: FieldPath): boolean {
  let [below, above] = [base, overlay];
  for (const [depth, step] of path.entries()) {
    if (!isMapping(above) || isWhole(path.slice(0, depth))) return true;
    if (!Object.hasOwn(above, step)) return !isMapping(below) || !Object.hasOwn(below, step);
    above = above[step];
    below = isMapping(below) ? below[step] : undefined;
  }
  return true;
}

/** The fields that an overlay takes away. */
export function nulls(overlay: unknown, path: FieldPath = []): FieldPath[] {
  if (overlay === null) return [path];
  if (!isMapping(overlay)) return [];
  return Object.entries(overlay).flatMap(([key, value]) => nulls(value, [...path, key]));
}

export function has(base: unknown, path: FieldPath): boolean {
  let value = base;
  for (const step of path) {
    if (!isMapping(value) || !Object.hasOwn(value, step)) return false;
    value = value[step];
  }
  return true;
}
