import { type FieldSet, members } from './set.js';
import type { Shape } from './shape.js';

/** The name of a list's item in a field set, such as `k:{"name":"app"}`; undefined for lists that are one value. */
export function memberOf(item: unknown, shape: Shape | undefined): string | undefined {
  if (shape?.kind === 'set') return `v:${encode(item)}`;
  if (shape?.kind !== 'items') return undefined;
  const keys = [...shape.keys].sort().map((key) => [key, keyOf(item, key, shape.defaults)]);
  return `k:${encode(Object.fromEntries(keys.filter(([, value]) => value !== undefined)))}`;
}

/** The node of a set that names a list's item; the kind of the list may be unknown. */
export function findMember(set: FieldSet, item: unknown, index: number, shape: Shape | undefined): string | undefined {
  const exact = memberOf(item, shape);
  if (exact !== undefined && Object.hasOwn(set, exact)) return exact;
  return members(set).find((member) => {
    const text = member.slice(2);
    if (member.startsWith('i:')) return Number(text) === index;
    if (member.startsWith('v:')) return encode(item) === encode(JSON.parse(text));
    return member.startsWith('k:') && hasKeys(item, JSON.parse(text) as Record<string, unknown>, shape);
  });
}

/** Whether an item of a list has these keys, stated or by default. */
function hasKeys(item: unknown, keys: Readonly<Record<string, unknown>>, shape: Shape | undefined): boolean {
  const defaults = shape?.kind === 'items' ? shape.defaults : {};
  return Object.entries(keys).every(([key, value]) => keyOf(item, key, defaults) === value);
}

function keyOf(item: unknown, key: string, defaults: Readonly<Record<string, unknown>>): unknown {
  const stated = typeof item === 'object' && item !== null ? (item as Record<string, unknown>)[key] : undefined;
  return stated ?? defaults[key];
}

/** JSON as Go writes it. */
function encode(value: unknown): string {
  const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escaped);
}
