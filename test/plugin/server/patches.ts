import { copy, isMap, type Tree } from './values.js';

/** @see https://www.rfc-editor.org/rfc/rfc7386; lists of named items, $retainKeys and $patch as in a strategic merge patch */
export function mergePatch(target: unknown, patch: unknown, strategic: boolean): unknown {
  if (strategic && Array.isArray(patch) && Array.isArray(target) && isNamed(patch[0])) return mergeNamed(target, patch);
  if (!isMap(patch)) return patch;
  const { $retainKeys, $patch, ...fields } = patch;
  if ($patch === 'replace') return fields;
  const keeps = ([key]: [string, unknown]) => !Array.isArray($retainKeys) || $retainKeys.includes(key);
  const result = Object.fromEntries(Object.entries(isMap(target) ? target : {}).filter(keeps));
  for (const [key, value] of Object.entries(fields)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value, strategic);
  }
  return result;
}

const isNamed = (item: unknown): item is { name: string } => isMap(item) && 'name' in item;

function mergeNamed(target: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const named = (name: unknown) => (item: unknown) => isNamed(item) && item.name === name;
  const kept = target.map((item) => {
    const change = isNamed(item) ? patch.find(named(item.name)) : undefined;
    return change === undefined ? item : mergePatch(item, change, true);
  });
  // New items come first.
  const added = patch.filter((item) => isNamed(item) && !target.some(named(item.name)));
  return [...added, ...kept];
}

export interface Operation {
  readonly op: 'add' | 'remove' | 'replace' | 'test';
  /** A JSON pointer. */
  readonly path: string;
  readonly value?: unknown;
}

/** @see https://www.rfc-editor.org/rfc/rfc6902 */
export function jsonPatch<T>(target: T, operations: readonly Operation[]): T | undefined {
  const result: Tree = { '': copy(target) };
  for (const { op, path, value } of operations) {
    const steps = `${path}`.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() ?? '';
    const parent = steps.reduce<unknown>((inside, step) => (inside as Tree | undefined)?.[step], result);
    if (!change(parent, last, op, value)) return undefined;
  }
  return result[''] as T;
}

/** @returns whether it could be done */
function change(parent: unknown, key: string, op: Operation['op'], value: unknown): boolean {
  if (typeof parent !== 'object' || parent === null) return false;
  const index = Array.isArray(parent) && key === '-' ? parent.length : key;
  const fields = parent as Tree;
  if (op === 'test') return JSON.stringify(fields[index]) === JSON.stringify(value);
  if (op !== 'add' && !Object.hasOwn(parent, index)) return false;
  if (!Array.isArray(parent)) {
    if (op === 'remove') delete fields[index];
    else fields[index] = value;
    return true;
  }
  parent.splice(Number(index), op === 'add' ? 0 : 1, ...(op === 'remove' ? [] : [value]));
  return true;
}
