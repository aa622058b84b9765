/** Reads the plain part of YAML: one document of mappings, lists and scalars, and where each of them stands. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
} from 'yaml';
import { overBudget } from '../yaml-budget.js';
import type { FieldPath } from './path.js';

export interface YamlIssue {
  readonly offset: number;
  readonly path: FieldPath;
  readonly message: string;
}

export interface YamlFile {
  readonly value: unknown;
  readonly issues: readonly YamlIssue[];
  /** Offset of the field, or of its key; of the nearest parent that is there if the field is missing. */
  offsetOf(path: FieldPath, part: 'key' | 'value'): number;
  /** The scalar as it is written, before YAML made a number of it. */
  sourceOf(path: FieldPath): string | undefined;
  /** Line and column, both from 1. */
  position(offset: number): { line: number; column: number };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for.
const CONTROL = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/;
const PLAIN_WORDS: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  MULTIPLE_DOCS: 'expected one YAML document, got several',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
};

/** A spec that says everything has about 1,500. */
const MAX_TOKENS = 30_000;

export function readYaml(text: string): YamlFile {
  const lineCounter = new LineCounter();
  const control = CONTROL.exec(text);
  if (control) {
    lineCounter.addNewLine(0);
    for (const { index } of text.matchAll(/\n/g)) lineCounter.addNewLine(index + 1);
    return file(null, undefined, [{ offset: control.index, path: [], message: unprintable(control[0]) }], lineCounter);
  }
  const tooMany = overBudget(text, MAX_TOKENS);
  if (tooMany !== undefined) {
    lineCounter.addNewLine(0);
    for (const { index } of text.matchAll(/\n/g)) lineCounter.addNewLine(index + 1);
    const message = `has more than ${MAX_TOKENS} YAML tokens up to here`;
    return file(null, undefined, [{ offset: tooMany, path: [], message }], lineCounter);
  }
  // Duplicate keys are found by the walk below, which can say which key it is.
  const document = parseDocument(text, { lineCounter, uniqueKeys: false, prettyErrors: false, version: '1.2' });
  const [error] = document.errors;
  if (error) {
    // Later syntax errors follow from the first.
    const message = PLAIN_WORDS[error.code] ?? `invalid YAML: ${error.message}`;
    return file(null, undefined, [{ offset: error.pos[0], path: [], message }], lineCounter);
  }
  const issues: YamlIssue[] = [];
  // A directive can turn on YAML 1.1, where "no" is false and "<<" merges.
  if (document.directives?.yaml.explicit)
    issues.push({ offset: 0, path: [], message: 'YAML directives are not supported' });
  const value = walk(document.contents, [], issues);
  if (document.contents === null) issues.push({ offset: 0, path: [], message: 'is empty' });
  return file(document.contents, value, issues, lineCounter);
}

function walk(node: Node | null, path: FieldPath, issues: YamlIssue[]): unknown {
  if (node === null) return null;
  const report = (message: string, at: Node = node, on: FieldPath = path) =>
    issues.push({ offset: at.range?.[0] ?? 0, path: on, message });
  if (isAlias(node)) {
    report('YAML aliases are not supported; write the value out');
    return undefined;
  }
  if (node.tag !== undefined) report('YAML tags are not supported; write the plain value');
  if ('anchor' in node && node.anchor) report('YAML anchors are not supported; write the value out');
  if (isSeq<Node>(node)) return node.items.map((item, index) => walk(item, [...path, index], issues));
  if (isMap<Node, Node>(node)) {
    const seen = new Set<string>();
    const entries: [string, unknown][] = [];
    for (const { key, value } of node.items) {
      if (!isScalar(key)) {
        report('keys must be text', key ?? node);
        continue;
      }
      const name = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
      const on = [...path, name];
      walk(key, on, issues);
      if (name === '<<') report('YAML merge keys are not supported; write the fields out', key, on);
      else if (name === '__proto__') report('is not a key that a spec can have', key, on);
      else if (seen.has(name)) report('key is given twice', key, on);
      else entries.push([name, walk(value, on, issues)]);
      seen.add(name);
    }
    return Object.fromEntries(entries);
  }
  if (!isScalar(node)) return undefined;
  const control = typeof node.value === 'string' ? CONTROL.exec(node.value) : null;
  if (control) report(unprintable(control[0]));
  return node.value;
}

const unprintable = (character: string): string =>
  `holds the character U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}, which is not printable`;

function file(root: Node | null, value: unknown, issues: YamlIssue[], lineCounter: LineCounter): YamlFile {
  return {
    value,
    issues,
    offsetOf(path, part) {
      const { pair, node, depth } = find(root, path);
      const at = part === 'key' || depth < path.length ? (pair?.key ?? node) : node;
      return at?.range?.[0] ?? pair?.key.range?.[0] ?? 0;
    },
    sourceOf(path) {
      const { node, depth } = find(root, path);
      return depth === path.length && isScalar(node) ? node.source : undefined;
    },
    position(offset) {
      const { line, col } = lineCounter.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

/** Follows a path as far as it leads. */
function find(root: Node | null, path: FieldPath): { node: Node | null; pair?: Pair<Node, Node>; depth: number } {
  let node = root;
  let pair: Pair<Node, Node> | undefined;
  for (const [depth, step] of path.entries()) {
    if (isMap<Node, Node>(node)) {
      const next = node.items.find(({ key }) => isScalar(key) && (key.value === step || key.source === step));
      if (!next) return { node, pair, depth };
      pair = next;
      node = next.value;
    } else if (isSeq<Node>(node) && typeof step === 'number' && node.items[step]) {
      pair = undefined;
      node = node.items[step];
    } else {
      return { node, pair, depth };
    }
  }
  return { node, pair, depth: path.length };
}
