import { POLICY_ANNOTATION } from '../../../charts/names.js';
import { isMap } from '../../plan/values.js';
import type { FieldChange } from './fields.js';

const MAX_HIGHLIGHTS = 4;

/** What of an object changes, in a few words: `image engine-ops:v0.1.0 -> v0.2.0, env LOG_LEVEL`. No values but images and counts. */
export function highlights(fields: readonly FieldChange[]): string {
  const words = [...new Set(fields.flatMap(highlight))];
  const first = words.slice(0, MAX_HIGHLIGHTS);
  if (words.length > first.length) first.push(`${words.length - first.length} more`);
  return first.join(', ');
}

const PATTERNS: readonly [RegExp, (field: FieldChange, match: string) => readonly string[]][] = [
  [/\[name="[^"]*"\]\.image$/, ({ from, to }) => [`image ${imageChange(text(from), text(to))}`]],
  [/^spec\.((?:min|max)?[rR]eplicas)$/, ({ from, to }, name) => [`${name} ${text(from)} -> ${text(to)}`]],
  [/\.env\[name="([^"]*)"\]/, (_, name) => [`env ${name}`]],
  [/^data\.(.*)$/, (_, key) => [`data ${key}`]],
  [/^data\["?([^"\]]*)"?\]$/, (_, key) => [`data ${key}`]],
  [/^spec\.selector\b/, () => ['selector']],
];

function highlight(field: FieldChange): readonly string[] {
  if (field.path === `metadata.annotations[${JSON.stringify(POLICY_ANNOTATION)}]`) return policyChanges(field);
  for (const [pattern, words] of PATTERNS) {
    const match = pattern.exec(field.path);
    if (match) return words(field, match[1] ?? '');
  }
  return [field.path];
}

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : 'none');

/** `engine-ops:v0.1.0 -> v0.2.0`: the repository once, where it stays. */
function imageChange(from: string, to: string): string {
  const repository = from.slice(0, from.lastIndexOf(':') + 1);
  const short = repository && !from.includes('@') && to.startsWith(repository) ? to.slice(repository.length) : to;
  return `${from} -> ${short}`;
}

/** Which parts of the policy differ, by the keys of the spec. */
function policyChanges({ from, to }: FieldChange): string[] {
  const [before, after] = [parse(from), parse(to)];
  if (!before || !after) return ['policy'];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return changed.length > 0 ? changed.map((key) => `policy ${key}`) : ['policy (spacing)'];
}

function parse(value: unknown): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return isMap(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
