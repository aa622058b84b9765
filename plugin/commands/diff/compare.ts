import { normalize } from '../../plan/normalize.js';
import { objectName } from '../../plan/steps.js';
import type { ChangeKind, ObjectChange, Pair } from './change.js';
import { changedFields, type FieldChange } from './fields.js';
import { maskSecret } from './mask.js';

/** What a change is for blue/green, in a line. */
export type Explain = (change: ChangeKind, fields: readonly FieldChange[]) => string;

/** How two versions of an object differ; undefined where they do not, but for what a server fills in. */
export function compare(pair: Pair, release: string | undefined, explain: Explain): ObjectChange | undefined {
  const before = pair.before && normalize(pair.before);
  const after = pair.after && normalize(pair.after);
  const known = after ?? before;
  if (!known || JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const shown = maskSecret({ ...(before && { before }), ...(after && { after }) });
  const change = !before ? 'added' : !after ? 'removed' : 'changed';
  const fields = change === 'changed' ? changedFields(shown.before, shown.after) : [];
  return { ...shown, release, object: objectName(known), change, fields, note: explain(change, fields) };
}
