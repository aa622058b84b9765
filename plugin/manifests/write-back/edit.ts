import { parseDocument, type YAMLMap } from 'yaml';
import type { SpecChange } from './change.js';
import { asMap, type Edit, fieldOf, imageWanted, setFields } from './fields.js';
import { type Current, overlayEdits } from './overlay.js';

/**
 * The text of a spec after a change: every byte that the change does not concern, comments among them, stays as it is.
 *
 * @param text - a spec that was read without complaint
 * @param current - what the environment of the change has now, of the release or its own; what it has is not repeated
 */
export function editSpec(text: string, change: SpecChange, current?: Current): string {
  // Offsets count from behind a byte order mark.
  const mark = /^\ufeff/.exec(text)?.[0] ?? '';
  const source = text.slice(mark.length);
  const top = asMap(parseDocument(source, { version: '1.2' }).contents);
  const edits =
    change.environment === undefined ? releaseEdits(source, top, change) : overlayEdits(source, top, change, current);
  return mark + edits.sort((a, b) => b.start - a.start).reduce(replace, source);
}

function releaseEdits(source: string, top: YAMLMap, { color, image, activates }: SpecChange): Edit[] {
  const fields = asMap(fieldOf(asMap(fieldOf(top, 'colors')?.value), color)?.value);
  const active = activates ? color : undefined;
  return [...setFields(source, top, { name: undefined, active }), ...setFields(source, fields, imageWanted(image))];
}

const replace = (text: string, edit: Edit): string => text.slice(0, edit.start) + edit.text + text.slice(edit.end);
