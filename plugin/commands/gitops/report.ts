import { EXIT } from '../../core/errors.js';
import { printable } from '../../core/text.js';
import { movedFields, movedObject, movedPath } from '../../plan/gitops/fields.js';
import { missingRules, type Rule } from '../../plan/gitops/rules.js';
import type { Ownership } from '../../run/ownership.js';
import { table } from '../../terminal/table.js';

/** Which tool applies a release, and which of the rules that it needs are there: what -o json prints. */
export interface Report {
  readonly release: string;
  readonly namespace: string;
  readonly tool: string | null;
  readonly evidence: string | null;
  /** The object that was read for the rules: `Application argocd/shop`. */
  readonly source: string | null;
  readonly lookedIn: readonly string[];
  readonly rules: readonly Rule[];
  readonly missing: readonly string[];
  /** Rules to paste, when some are missing or could not be read. */
  readonly snippet: string | null;
  readonly exitCode: number;
}

type Place = Pick<Report, 'release' | 'namespace'>;

export function reportOf({ release, namespace }: Place, ownership: Ownership | undefined): Report {
  const { owner, source, rules = [] } = ownership ?? {};
  const isComplete = rules.every(({ state }) => state === 'set');
  const { kind = owner?.source?.kind, metadata } = source?.object ?? {};
  return {
    release,
    namespace,
    tool: owner?.tool ?? null,
    evidence: owner?.evidence ?? null,
    source: metadata ? `${kind} ${metadata.namespace}/${metadata.name}` : null,
    lookedIn: source?.lookedIn ?? [],
    rules,
    missing: missingRules(rules),
    snippet: isComplete ? null : (owner?.remedy ?? null),
    exitCode: isComplete ? EXIT.done : EXIT.refused,
  };
}

/** The report for a person: what was found, a line for each rule, and what is to be pasted. */
export function reportText({ release, namespace, tool, evidence, source, rules, snippet }: Report): string {
  if (tool === null) return `${nothingText(release)}\n`;
  const facts = [
    ['Release:', release],
    ['Namespace:', namespace],
    ['Tool:', tool],
    ['Evidence:', evidence ?? ''],
    ['Rules of:', source ?? 'unknown: they could not be read'],
  ];
  const lines = facts.map(([name = '', value = '']) => `${name.padEnd(13)}${printable(value)}`);
  const rows = rules.map(({ object, path, state, byAnnotation }) => [
    object,
    path,
    byAnnotation ? `${state} (annotation)` : state,
  ]);
  const columns = ['OBJECT', 'PATH', 'RULE'].map((title) => ({ title }));
  const wanted = snippet === null ? [] : ['', snippet.trimEnd()];
  return `${[...lines, '', ...table(columns, rows, Infinity).map(printable), ...wanted].join('\n')}\n`;
}

function nothingText(release: string): string {
  const fields = movedFields(release).map((field) => `${movedObject(field)} ${movedPath(field)}`);
  return `no mark of Argo CD, Flux or Helm is on the objects of ${release}; one that applies them must leave alone: ${fields.join(', ')}`;
}
