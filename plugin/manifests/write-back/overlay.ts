import { isMap, isScalar, type YAMLMap } from 'yaml';
import type { Color } from '../../../charts/names.js';
import { imageFields, type SpecChange } from './change.js';
import {
  asMap,
  columnOf,
  type Edit,
  fieldOf,
  imageWanted,
  lineBreak,
  lineEndFrom,
  plain,
  setFields,
} from './fields.js';

/** What an environment has before it is changed: the active color, and what the color of the change runs. */
export interface Current {
  readonly active: Color;
  readonly version?: string | undefined;
  readonly digest?: string | undefined;
}

/** Fields of an environment that are not there come first in it, where they part no comment from its field. */
export function overlayEdits(
  source: string,
  top: YAMLMap,
  { environment = '', color: name, image, activates }: SpecChange,
  current: Current | undefined,
): Edit[] {
  const environments = asMap(fieldOf(top, 'environments')?.value);
  const overlay = asMap(fieldOf(environments, environment)?.value);
  const colors = fieldOf(overlay, 'colors')?.value;
  const color = isMap(colors) ? fieldOf(colors as YAMLMap, name)?.value : undefined;
  const fields = imageFields(image);
  const added: [string, Tree][] = [];
  const edits: Edit[] = [];
  if (activates && fieldOf(overlay, 'active')) edits.push(...setFields(source, overlay, { active: name }));
  else if (activates && current?.active !== name) added.push(['active', name]);
  if (hasImage(color) || current?.version !== fields.version || current?.digest !== fields.digest) {
    if (hasImage(color)) edits.push(...setFields(source, asMap(color), imageWanted(image)));
    else if (isMap(color)) edits.push(addition(source, asMap(colors), name, color as YAMLMap, Object.entries(fields)));
    else if (isMap(colors)) edits.push(addition(source, overlay, 'colors', colors as YAMLMap, [[name, fields]]));
    else added.push(['colors', { [name]: fields }]);
  }
  return added.length > 0 ? [...edits, addition(source, environments, environment, overlay, added)] : edits;
}

const hasImage = (color: unknown): boolean =>
  isMap(color) && ['version', 'digest'].some((name) => fieldOf(color as YAMLMap, name));

/** Fields to be written, by their names. */
type Tree = string | { readonly [name: string]: Tree };

/** New fields at the beginning of a mapping, which is the value of a key of its parent. */
function addition(source: string, parent: YAMLMap, name: string, map: YAMLMap, added: [string, Tree][]): Edit {
  if (map.flow) {
    const at = (map.range?.[0] ?? 0) + 1;
    const text = added.map(([key, value]) => `${key}: ${inFlow(value)}`).join(', ');
    return { start: at, end: at, text: map.items.length > 0 ? `${text}, ` : text };
  }
  const first = map.items[0]?.key;
  const column = isScalar(first) ? columnOf(source, first.range?.[0] ?? 0) : 0;
  const at = lineEndFrom(source, fieldOf(parent, name)?.keyEnd ?? 0);
  const lines = added.flatMap(([field, value]) => inBlock(field, value, ' '.repeat(column)));
  return { start: at, end: at, text: lines.map((line) => lineBreak(source) + line).join('') };
}

function inFlow(value: Tree): string {
  if (typeof value === 'string') return plain(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${inFlow(inner)}`)
    .join(', ')}}`;
}

function inBlock(name: string, value: Tree, indent: string): string[] {
  if (typeof value === 'string') return [`${indent}${name}: ${plain(value)}`];
  const inner = Object.entries(value).flatMap(([key, field]) => inBlock(key, field, `${indent}  `));
  return [`${indent}${name}:`, ...inner];
}
