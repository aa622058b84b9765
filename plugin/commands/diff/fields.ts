import { byName, isMap } from '../../plan/values.js';

/** One field that differs; `from` or `to` is left out where it was not, or is no longer, set. */
export interface FieldChange {
  /** `spec.template.spec.containers[name="engine-ops"].image`, as server-side apply names a field in a conflict. */
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** The fields in which two values differ, the deepest there are. */
export function changedFields(from: unknown, to: unknown, path = ''): FieldChange[] {
  if (isMap(from) && isMap(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => changedFields(from[key], to[key], member(path, key)));
  }
  if (Array.isArray(from) && Array.isArray(to)) return changedItems(from, to, path);
  if (JSON.stringify(from) === JSON.stringify(to)) return [];
  return [{ path, ...(from !== undefined && { from }), ...(to !== undefined && { to }) }];
}

function member(path: string, key: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path ? `${path}.${key}` : key;
}

/** Items that have names are compared by them: one that is inserted does not change all that follow. */
function changedItems(from: readonly unknown[], to: readonly unknown[], path: string): FieldChange[] {
  const [before, after] = [byName(from), byName(to)];
  if (!before || !after) {
    if (from.length !== to.length) return [{ path, from, to }];
    return from.flatMap((item, index) => changedFields(item, to[index], `${path}[${index}]`));
  }
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const changes = names.flatMap((name) =>
    changedFields(before.get(name), after.get(name), `${path}[name=${JSON.stringify(name)}]`),
  );
  const common = (list: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>) =>
    [...list.keys()].filter((name) => other.has(name));
  const [old, now] = [common(before, after), common(after, before)];
  // The order of environment variables and containers counts as well.
  return old.join('\n') === now.join('\n') ? changes : [...changes, { path, from: old, to: now }];
}
