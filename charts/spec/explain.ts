/** Says in words what zod found wrong with a spec. */
import type * as z from 'zod';
import type { FieldPath } from './path.js';
import { nearest } from './suggest.js';

type Issue = z.core.$ZodIssue;

export interface Explained {
  readonly path: FieldPath;
  readonly message: string;
  /** Whether the key of the field is wrong or what it holds. */
  readonly part: 'key' | 'value';
}

export interface Context {
  readonly root: unknown;
  /** The keys that the object at a path may have. */
  knownKeys(path: FieldPath): string[];
  /** The scalar at a path as it is written. */
  sourceOf(path: FieldPath): string | undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  null: 'null',
};

/** More is not read, and explaining tens of thousands takes seconds. */
export const MAX_ISSUES = 100;

export function explainAll(issues: readonly Issue[], context: Context): Explained[] {
  return issues
    .slice(0, MAX_ISSUES)
    .flatMap((issue) => explain(issue, context))
    .slice(0, MAX_ISSUES);
}

/** One issue of zod can be several of ours: one for each unknown key. */
function explain(issue: Issue, context: Context, parent: FieldPath = []): Explained[] {
  const path = [...parent, ...(issue.path as (string | number)[])];
  const got = valueAt(context.root, path);
  const say = (message: string): Explained[] => [{ path, message, part: 'value' }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys
        .slice(0, MAX_ISSUES)
        .map((key) => ({ path: [...path, key], message: unknownKey(key, path, context), part: 'key' }));
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message: `its name is not valid: ${message}`, part: 'key' }));
    case 'invalid_union':
      return explainUnion(issue.errors, path, got, context);
    case 'invalid_type':
    case 'invalid_value':
      if (got === undefined) return say(`is required: expected ${wanted([issue])}`);
      return say(
        `expected ${wanted([issue])}, got ${show(got, context.sourceOf(path))}${hint([issue], got, path, context)}`,
      );
    case 'too_small':
    case 'too_big':
      if (typeof got === 'string') return say(`${issue.message}, got ${got.length}`);
      return say(`expected ${bound(issue)}, got ${Array.isArray(got) ? got.length : show(got)}`);
    case 'invalid_format':
      return say(`${issue.message}, got ${show(got)}`);
    default:
      return say(issue.message);
  }
}

function unknownKey(key: string, path: FieldPath, context: Context): string {
  const known = context.knownKeys(path);
  const near = nearest(key, known);
  if (near) return `unknown key; did you mean "${near}"?`;
  return `unknown key; known are ${known.join(', ')}`;
}

/** Picks the branch of a union whose kind of value was written. */
function explainUnion(branches: readonly Issue[][], path: FieldPath, got: unknown, context: Context): Explained[] {
  const isKind = ({ code, path: at }: Issue) =>
    at.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
  const meant = branches.find((issues) => !issues.some(isKind));
  if (meant) return meant.flatMap((issue) => explain(issue, context, path));
  const kinds = branches.flatMap((issues) => issues.filter(isKind));
  if (got === undefined) return [{ path, message: `is required: expected ${wanted(kinds)}`, part: 'value' }];
  const seen = `got ${show(got, context.sourceOf(path))}`;
  return [{ path, message: `expected ${wanted(kinds)}, ${seen}${hint(kinds, got, path, context)}`, part: 'value' }];
}

function wanted(issues: readonly Issue[]): string {
  const words = issues.flatMap((issue) => {
    if (issue.code === 'invalid_type') return [KINDS[issue.expected] ?? issue.expected];
    return issue.code === 'invalid_value' ? issue.values.map((value) => show(value)) : [];
  });
  return [...new Set(words)].join(' or ');
}

/** How to write what was probably meant. */
function hint(issues: readonly Issue[], got: unknown, path: FieldPath, context: Context): string {
  const wants = (kind: string) => issues.some((issue) => issue.code === 'invalid_type' && issue.expected === kind);
  if (wants('string') && (typeof got === 'number' || typeof got === 'boolean')) {
    return `; write ${JSON.stringify(context.sourceOf(path) ?? String(got))}`;
  }
  if (typeof got !== 'string') return '';
  if (wants('boolean')) {
    if (/^(yes|on|true)$/i.test(got)) return '; write true';
    if (/^(no|off|false)$/i.test(got)) return '; write false';
  }
  if ((wants('number') || wants('int')) && /^[0-9]+$/.test(got)) return `; write ${got}, without quotes`;
  const values = issues.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values.map(String) : []));
  const near = nearest(got, values);
  return near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
}

function bound(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const unit = issue.origin !== 'array' ? '' : limit === 1 ? ' entry' : ' entries';
  return `${issue.code === 'too_small' ? 'at least' : 'at most'} ${limit}${unit}`;
}

function show(value: unknown, source?: string): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}...` : value);
  if (typeof value === 'number') return `the number ${source ?? value}`;
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'nothing';
  return typeof value === 'object' ? 'a mapping' : String(value);
}

function valueAt(root: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    return (value as Record<string | number, unknown>)[step];
  }, root);
}
