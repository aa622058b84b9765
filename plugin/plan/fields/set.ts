/**
 * A set of fields as the API server writes it into metadata.managedFields: a tree of `f:NAME` (a field), `k:{...}` (the
 * item of a list that has these keys), `v:VALUE` (an item of a set) and `.` (the field itself, beside fields inside of it).
 * A node without children names its field.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/#System
 */
export type FieldSet = Readonly<Record<string, unknown>>;

export const SELF = '.';

/** The set below one member; empty where there is none. */
export function below(set: FieldSet, member: string): FieldSet {
  const found = Object.hasOwn(set, member) ? set[member] : undefined;
  return typeof found === 'object' && found !== null ? (found as FieldSet) : {};
}

/** The names of the nodes below this one, itself left out. */
export const members = (set: FieldSet): string[] => Object.keys(set).filter((member) => member !== SELF);

/** Whether a node names its own field, and not only fields inside of it. */
export const namesItself = (node: FieldSet): boolean => Object.hasOwn(node, SELF) || members(node).length === 0;

export const isEmpty = (set: FieldSet): boolean => members(set).length === 0;

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result: Record<string, unknown> = {};
  for (const member of sorted([...members(a), ...members(b)])) {
    const [inA, inB] = [Object.hasOwn(a, member), Object.hasOwn(b, member)];
    const [left, right] = [below(a, member), below(b, member)];
    const self = (inA && namesItself(left)) || (inB && namesItself(right));
    result[member] = node(self, union(left, right));
  }
  return result;
}

/** The fields of a that are not in b. A field of a stays when b has only fields inside of it, and the other way round. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result: Record<string, unknown> = {};
  for (const member of members(a)) {
    const [left, right] = [below(a, member), below(b, member)];
    if (!Object.hasOwn(b, member)) {
      result[member] = left;
      continue;
    }
    const self = namesItself(left) && !namesItself(right);
    const inside = difference(left, right);
    if (self || !isEmpty(inside)) result[member] = node(self, inside);
  }
  return result;
}

/** The fields that are in both. */
export const intersection = (a: FieldSet, b: FieldSet): FieldSet => difference(a, difference(a, b));

/** The fields at and below the given top-level ones, such as `f:spec`. */
export function within(set: FieldSet, ...tops: readonly string[]): FieldSet {
  return Object.fromEntries(Object.entries(set).filter(([member]) => tops.includes(member)));
}

/** @param inside - is left as it is */
export function node(self: boolean, inside: FieldSet): FieldSet {
  return self && members(inside).length > 0 ? { [SELF]: {}, ...inside } : inside;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort((a, b) => (a < b ? -1 : 1));
}
