import { printable } from '../../core/text.js';
import type { Finding } from './finding.js';
import type { Report } from './report.js';

const CODES = { problem: 31, warning: 33 } as const;
const MAX_EVIDENCE = 12;

/** A report for a person: what hurts most first, each with the command that helps. */
export function reportText(report: Report, { colored }: { colored: boolean }): string {
  const { findings, notExamined } = report;
  const paint = (code: number, text: string) => (colored ? `\u001b[${code}m${text}\u001b[0m` : text);
  const head = `${report.release} in namespace ${report.namespace}: ${summary(findings)}`;
  return [
    printable(head),
    ...findings.flatMap((finding) => ['', ...findingLines(finding, paint)]),
    '',
    ...examinedLines(report),
    ...notExaminedLines(notExamined),
    '',
  ].join('\n');
}

/** For a healthy release the list of what was examined is all that there is to tell. */
function examinedLines({ findings, checked }: Report): string[] {
  if (findings.length > 0) return [`examined: ${checked.map(({ id }) => id).join(', ') || 'nothing'}`];
  const width = Math.max(...checked.map(({ id }) => id.length));
  return checked.map(({ id, what }) => `examined: ${id.padEnd(width)}  ${what}`);
}

/** Often one thing that may not be read keeps several examinations from being made. */
function notExaminedLines(notExamined: Report['notExamined']): string[] {
  const reasons = [...new Set(notExamined.map(({ why }) => why))];
  return reasons.map((reason) => {
    const ids = notExamined.filter(({ why }) => why === reason).map(({ id }) => id);
    return printable(`not examined: ${ids.join(', ')}: ${reason}`);
  });
}

function summary(findings: readonly Finding[]): string {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length;
  const parts = [plural(count('problem'), 'problem'), plural(count('warning'), 'warning')].filter(Boolean);
  return parts.join(', ') || 'healthy';
}

const plural = (count: number, word: string) => (count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`);

function findingLines(finding: Finding, paint: (code: number, text: string) => string): string[] {
  const { id, severity, affects, object, what, why, fix, effect, evidence = [] } = finding;
  const shown = evidence.slice(0, MAX_EVIDENCE);
  const rest = evidence.length - shown.length;
  const lines = (text: string) => printable(text).split('\n').join('\n        ');
  return [
    `${paint(CODES[severity], severity)} ${printable(`${id}: ${object}`)} (${affects})`,
    `  what: ${lines(what)}`,
    `  why:  ${lines(why)}`,
    `  fix:  ${lines(fix)}`,
    ...(effect === undefined ? [] : [`  does: ${lines(effect)}`]),
    ...shown.map((line) => `    ${lines(line)}`),
    ...(rest > 0 ? [`    ... ${rest} more lines: -o json`] : []),
  ];
}
