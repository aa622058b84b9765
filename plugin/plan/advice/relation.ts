/** @see https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string; an image tag has no "+" */
const SEMANTIC = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

export type Relation = 'the same version' | 'an older version' | 'a newer version' | 'another version';

/** What `to` is to `from`, in words. Only semantic versions have an order; two tags that are none are just different. */
export function relationOf(from: string, to: string): Relation {
  if (from === to) return 'the same version';
  const order = compareVersions(from, to);
  if (order === undefined) return 'another version';
  // As v1.2.3 and 1.2.3 are one version under two tags.
  return order === 0 ? 'the same version' : order > 0 ? 'an older version' : 'a newer version';
}

/** Negative where `a` is older; undefined where one of them is no semantic version. */
export function compareVersions(a: string, b: string): number | undefined {
  const [one, other] = [SEMANTIC.exec(a), SEMANTIC.exec(b)];
  if (!one || !other) return undefined;
  for (const index of [1, 2, 3]) {
    const order = compareNumbers(one[index] ?? '', other[index] ?? '');
    if (order !== 0) return order;
  }
  return comparePrereleases(one[4], other[4]);
}

/** A version without one is newer than its prereleases. */
function comparePrereleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const [ours, theirs] = [a.split('.'), b.split('.')];
  for (const [index, one] of ours.entries()) {
    const other = theirs[index];
    const order = other === undefined ? 1 : compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return ours.length - theirs.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOther] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOther) return compareNumbers(a, b);
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers of any length: a tag may hold a time. */
const compareNumbers = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
