import type { CheckResult } from '../results.js';

export interface Report {
  readonly release: string;
  readonly namespace: string;
  readonly context: string;
  /** RFC 3339. */
  readonly at: string;
  readonly results: readonly CheckResult[];
  /** Why nothing was checked, when that was a failure. */
  readonly failure?: { readonly name: string; readonly message: string };
}

/**
 * A JUnit report: a testsuite for each color, a testcase for each check of each Pod.
 *
 * @see https://github.com/testmoapp/junitxml
 */
export function junitDocument(report: Report): string {
  const { release, results, failure } = report;
  const colors = [...new Set(results.map(({ color }) => color))];
  const suites = colors.map((color) =>
    suite(
      report,
      color,
      results.filter((result) => result.color === color),
    ),
  );
  if (results.length === 0 && failure) suites.push(failedSuite(report, failure));
  const errors = results.length === 0 && failure ? 1 : 0;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: release, ...counts(results, errors) })}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(report: Report, color: string, results: readonly CheckResult[]): string {
  const name = `${report.release}-${color}`;
  const head = `  <testsuite${attributes({ name, ...counts(results, 0), timestamp: report.at })}>`;
  const places = [...new Set(results.map(({ pod }) => pod))];
  const byPod = places.flatMap((place) => results.filter(({ pod }) => pod === place));
  return [head, properties(report, color), ...byPod.map((result) => testcase(name, result)), '  </testsuite>'].join(
    '\n',
  );
}

function failedSuite(report: Report, { name, message }: NonNullable<Report['failure']>): string {
  const head = `  <testsuite${attributes({ name: report.release, ...counts([], 1), timestamp: report.at })}>`;
  const error = `      <error${attributes({ message: firstLine(message) })}>${escaped(message)}</error>`;
  const opened = `    <testcase${attributes({ classname: report.release, name, time: '0.000' })}>`;
  return [head, properties(report), opened, error, '    </testcase>', '  </testsuite>'].join('\n');
}

function properties({ namespace, context }: Report, color?: string): string {
  const all = Object.entries({ namespace, context, ...(color && { color }) });
  const lines = all.map(([name, value]) => `      <property${attributes({ name, value })}/>`);
  return ['    <properties>', ...lines, '    </properties>'].join('\n');
}

function testcase(suiteName: string, { pod, check, kind, status, seconds, message = '', output }: CheckResult): string {
  const name = kind && kind !== check ? `${check} (${kind})` : check;
  const head = `    <testcase${attributes({ classname: pod ?? suiteName, name, time: seconds.toFixed(3) })}`;
  if (status === 'passed') return `${head}/>`;
  const body =
    status === 'skipped'
      ? [`      <skipped${attributes({ message: 'not run to its end: something else failed before' })}/>`]
      : [`      <failure${attributes({ message: firstLine(message) })}>${escaped(message)}</failure>`];
  if (output) body.push(`      <system-out>${escaped(output)}</system-out>`);
  return [`${head}>`, ...body, '    </testcase>'].join('\n');
}

function counts(results: readonly CheckResult[], errors: number) {
  const of = (status: CheckResult['status']) => results.filter((result) => result.status === status).length;
  const time = results.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  return { tests: results.length + errors, failures: of('failed'), errors, skipped: of('skipped'), time };
}

const attributes = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value)).replace(/[\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`)}"`)
    .join('');

const firstLine = (text: string) => text.split('\n')[0] ?? '';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * What XML 1.0 has no way to write, not even escaped: control characters and halves of surrogate pairs.
 *
 * @see https://www.w3.org/TR/xml/#charsets
 */
const INVALID = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const escaped = (text: string) => text.replace(INVALID, '').replace(/[&<>"]/g, (c) => ENTITIES[c] ?? '');
