import { byName, isMap } from './values.js';

export interface StatedOptions {
  /** Also fields that a server leaves out when they hold nothing, for a value that the server is to fill in yet. */
  readonly withEmpty?: boolean;
}

/**
 * A live value with the fields that a manifest states set as stated: what applying it would give, as far as that can be
 * told without the server. Fields that the manifest does not state are left, and so are items of a list of named ones.
 */
export function withStated(live: unknown, stated: unknown, options: StatedOptions = {}): unknown {
  if (Array.isArray(stated)) return withStatedItems(Array.isArray(live) ? live : [], stated, options);
  if (!isMap(stated)) return stated;
  const result: Record<string, unknown> = isMap(live) ? { ...live } : {};
  for (const [key, value] of Object.entries(stated)) {
    // The server leaves out what is empty.
    if (!options.withEmpty && result[key] === undefined && isEmpty(value)) continue;
    result[key] = withStated(result[key], value, options);
  }
  return result;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isEmpty);
  return value === 0 || value === '' || value === false || value === null;
}

function withStatedItems(live: readonly unknown[], stated: readonly unknown[], options: StatedOptions): unknown[] {
  const [items, wanted] = [byName(live), byName(stated)];
  if (!items || !wanted) return stated.map((item, index) => withStated(live[index], item, options));
  const kept = [...items].map(([name, item]) =>
    wanted.has(name) ? withStated(item, wanted.get(name), options) : item,
  );
  return [...kept, ...[...wanted].filter(([name]) => !items.has(name)).map(([, item]) => item)];
}
