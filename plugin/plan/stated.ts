import { byName, isMap } from './values.js';

/**
 * A live value with the fields that a manifest states set as stated: what applying it would give, as far as that can be
 * told without the server. Fields that the manifest does not state are left, and so are items of a list of named ones.
 */
export function withStated(live: unknown, stated: unknown): unknown {
  if (Array.isArray(stated)) return withStatedItems(Array.isArray(live) ? live : [], stated);
  if (!isMap(stated)) return stated;
  const result: Record<string, unknown> = isMap(live) ? { ...live } : {};
  for (const [key, value] of Object.entries(stated)) {
    // The server leaves out what is empty.
    if (result[key] === undefined && isEmpty(value)) continue;
    result[key] = withStated(result[key], value);
  }
  return result;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isEmpty);
  return value === 0 || value === '' || value === false || value === null;
}

function withStatedItems(live: readonly unknown[], stated: readonly unknown[]): unknown[] {
  const [items, wanted] = [byName(live), byName(stated)];
  if (!items || !wanted) return stated.map((item, index) => withStated(live[index], item));
  const kept = [...items].map(([name, item]) => (wanted.has(name) ? withStated(item, wanted.get(name)) : item));
  return [...kept, ...[...wanted].filter(([name]) => !items.has(name)).map(([, item]) => item)];
}
