import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { paths } from '../../../../plugin/plan/fields/paths.js';
import { below, type FieldSet, isEmpty, members, namesItself, node } from '../../../../plugin/plan/fields/set.js';

const FOLDER = new URL('recorded/', import.meta.url);

/** What a real API server answered: see recorded/record.sh. */
export function recorded<T = KubernetesObject & { spec: Record<string, unknown> }>(file: string): T {
  // JSON is YAML.
  return parse(readFileSync(new URL(file, FOLDER), 'utf8')) as T;
}

export const LIVE = [
  'deployment-applied.yaml',
  'deployment-touched.yaml',
  'deployment-client-side.yaml',
  'deployment-client-side-touched.yaml',
  'service-applied.yaml',
  'service-client-side.yaml',
] as const;

/** Any part of a set. */
export function partOf(set: FieldSet): fc.Arbitrary<FieldSet> {
  const count = paths(set).length;
  // Of few bits some stand for many fields at once, so that whole branches come and go.
  return fc.array(fc.boolean(), { minLength: 1, maxLength: count }).map((bits) => {
    let next = 0;
    return part(set, () => bits[next++ % bits.length] === true);
  });
}

function part(set: FieldSet, isWanted: () => boolean): FieldSet {
  const entries = members(set).flatMap((member): [string, FieldSet][] => {
    const inside = below(set, member);
    const self = namesItself(inside) && isWanted();
    const some = part(inside, isWanted);
    return self || !isEmpty(some) ? [[member, node(self, some)]] : [];
  });
  return Object.fromEntries(entries);
}

/** The fields of a set that have no others inside: values. */
export function leavesOf(set: FieldSet): FieldSet {
  const entries = members(set).map((member): [string, FieldSet] => [member, leavesOf(below(set, member))]);
  return Object.fromEntries(entries);
}
