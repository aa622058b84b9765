import type { Flags } from '../../invocation/flags.js';
import { type Parsed, takeApart } from './words.js';

/** The same as validateArguments() returns, for arguments in which nothing is questionable; undefined for all others. */
export function parsePlain(argv: readonly string[], flags: Flags): Parsed | undefined {
  const { _, '--': behind, ...found } = takeApart(argv, flags);
  const names = new Map(
    Object.entries(flags).flatMap(([name, { alias }]) => [name, ...[alias ?? []].flat()].map((one) => [one, name])),
  );
  // Were they parsed with, a flag whose value is missing would have its default instead.
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(flags).flatMap(([name, flag]) => (flag.default === undefined ? [] : [[name, flag.default]])),
  );
  for (const [key, value] of Object.entries(found)) {
    const name = names.get(key);
    const flag = name === undefined ? undefined : flags[name];
    if (name === undefined || flag === undefined) return undefined;
    if (value === undefined) continue;
    const given: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!given.every((one) => isPlain(one, flag))) return undefined;
    values[name] = flag.array ? given : given.at(-1);
  }
  return { ...values, _, ...(behind && { '--': behind }) };
}

/** An empty text may be one that is missing, and one with a dash another flag. */
function isPlain(value: unknown, { type, choices }: Flags[string]): boolean {
  if (type === 'boolean') return typeof value === 'boolean';
  return typeof value === 'string' && /^[^-]/.test(value) && (choices === undefined || choices.includes(value));
}
