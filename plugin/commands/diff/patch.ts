import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { printable } from '../../core/text.js';
import { toYaml } from '../../terminal/yaml.js';
import type { Against, ObjectChange } from './change.js';
import { fileName } from './names.js';

/** Two files that share almost nothing are shown as one that goes and one that comes. */
const MAX_EDITS = 2000;

/** The unified diff of an object's YAML, whose file names are those of kubectl diff; safe to print. */
export function patchOf({ before, after }: ObjectChange, against: Against): string {
  const object = after ?? before;
  if (!object) return '';
  const [from, to] = [before ? toYaml(before) : '', after ? toYaml(after) : ''];
  const [left, right] = sides(against).map((side) => `${side}/${fileName(object)}`) as [string, string];
  const options = { context: 3, maxEditLength: MAX_EDITS, headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch(left, right, from, to, '', '', options);
  return printable((patch ?? replaced(left, right, from, to)).trimEnd());
}

const sides = (against: Against) =>
  against.kind === 'cluster' ? ['LIVE', 'MERGED'] : [against.commit.slice(0, 12), 'MANIFESTS'];

function replaced(left: string, right: string, from: string, to: string): string {
  const [old, now] = [from, to].map((text) => text.trimEnd().split('\n')) as [string[], string[]];
  const range = `@@ -1,${old.length} +1,${now.length} @@`;
  const lines = [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  return [`--- ${left}`, `+++ ${right}`, range, ...lines].join('\n');
}
