import { isMap } from './values.js';

/**
 * The JSON merge patch that makes one value of another: a field that goes is null, a list that differs is replaced.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7386
 */
export function mergePatch(from: unknown, to: unknown): Record<string, unknown> {
  if (!isMap(from) || !isMap(to)) throw new TypeError('a merge patch is of two maps');
  const gone = Object.keys(from).filter((key) => to[key] === undefined);
  const changed = Object.entries(to).flatMap(([key, value]): [string, unknown][] => {
    const before = from[key];
    if (value === undefined || JSON.stringify(before) === JSON.stringify(value)) return [];
    return [[key, isMap(before) && isMap(value) ? mergePatch(before, value) : value]];
  });
  return Object.fromEntries([...gone.map((key): [string, unknown] => [key, null]), ...changed]);
}
