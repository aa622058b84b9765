import { memberOf } from '../../../plugin/plan/fields/member.js';
import { below, type FieldSet, namesItself } from '../../../plugin/plan/fields/set.js';
import { fieldShape, type Shape } from '../../../plugin/plan/fields/shape.js';
import { isMap, type Tree } from './values.js';

/**
 * What is left when a manager gives up what it applied: a field goes, with all that is inside, when no manager owns
 * anything in it; an item of a list goes when no manager owns the item itself.
 *
 * @param last - what the manager applied before
 * @param owned - what any manager owns now
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/merge/update.go
 */
export function prune(value: Tree, last: FieldSet, owned: FieldSet, shape: Shape | undefined): Tree {
  const left = Object.entries(value).flatMap(([name, inside]) => {
    const member = `f:${name}`;
    if (!Object.hasOwn(last, member)) return [[name, inside]];
    if (!Object.hasOwn(owned, member)) return [];
    const kept = pruneInside(inside, below(last, member), below(owned, member), fieldShape(shape, name));
    return kept === undefined ? [] : [[name, kept]];
  });
  return Object.fromEntries(left);
}

function pruneInside(value: unknown, last: FieldSet, owned: FieldSet, shape: Shape | undefined): unknown {
  if (isMap(value) && shape?.kind !== 'atomic') return prune(value, last, owned, shape);
  if (!Array.isArray(value) || (shape?.kind !== 'items' && shape?.kind !== 'set')) return value;
  const left = value.flatMap((item) => {
    const member = memberOf(item, shape) ?? '';
    if (!Object.hasOwn(last, member)) return [item];
    if (!Object.hasOwn(owned, member) || !namesItself(below(owned, member))) return [];
    return [
      pruneInside(item, below(last, member), below(owned, member), shape.kind === 'items' ? shape.item : undefined),
    ];
  });
  return left.length > 0 ? left : undefined;
}
