import { memberOf } from '../../../plugin/plan/fields/member.js';
import { fieldShape, type Shape } from '../../../plugin/plan/fields/shape.js';
import { isMap, type Tree } from './values.js';

/** A live object with what an apply states: maps field by field, lists of items by their keys, all else whole. */
export function mergeApplied(live: unknown, stated: unknown, shape: Shape | undefined): unknown {
  if (stated === undefined) return live;
  if (isMap(stated) && isMap(live) && shape?.kind !== 'atomic') return mergeFields(live, stated, shape);
  const isMerged = shape?.kind === 'items' || shape?.kind === 'set';
  if (isMerged && Array.isArray(stated) && Array.isArray(live)) return mergeItems(live, stated, shape);
  return stated;
}

function mergeFields(live: Tree, stated: Tree, shape: Shape | undefined): Tree {
  const names = new Set([...Object.keys(live), ...Object.keys(stated)]);
  return Object.fromEntries(
    [...names].map((name) => [name, mergeApplied(live[name], stated[name], fieldShape(shape, name))]),
  );
}

/**
 * The items stated come in their order; those that only live has keep their place before the next one that both have.
 *
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/typed/merge.go
 */
function mergeItems(live: readonly unknown[], stated: readonly unknown[], shape: Shape): unknown[] {
  const name = (item: unknown) => memberOf(item, shape) ?? '';
  const item = shape.kind === 'items' ? shape.item : undefined;
  const [left, right] = [live.map(name), stated.map(name)];
  const merged = new Set<string>();
  const shared = right.filter((one) => left.includes(one));
  const result: unknown[] = [];
  const take = (index: number) => {
    const one = right[index] ?? '';
    merged.add(one);
    result.push(mergeApplied(live[left.indexOf(one)], stated[index], item));
    if (shared[0] === one) shared.shift();
  };
  for (let l = 0, r = 0; l < left.length || r < right.length; ) {
    const one = left[l];
    if (one !== undefined && r < right.length) {
      if (one === right[r]) {
        take(r++);
        l++;
        continue;
      }
      if (right.includes(one) && shared[0] !== undefined && shared[0] !== one) {
        l++;
        continue;
      }
    }
    if (one !== undefined) {
      if (!right.includes(one)) {
        result.push(live[l++]);
        continue;
      }
      if (merged.has(one)) l++;
    }
    if (r < right.length) take(r++);
  }
  return result;
}
