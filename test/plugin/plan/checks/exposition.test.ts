import { describe, expect, test } from '@jest/globals';
import { ExpositionError, parseExposition } from '../../../../plugin/plan/checks/exposition.js';

const read = (text: string) =>
  parseExposition(text).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);

describe('parseExposition', () => {
  test('reads what an application writes', () => {
    const text = [
      '# HELP http_requests_total The total number of HTTP requests.',
      '# TYPE http_requests_total counter',
      'http_requests_total{method="post",code="200"} 1027 1395066363000',
      'http_requests_total{method="post",code="400"}    3 1395066363000',
      '',
      '# A comment, {with="braces"} 1',
      'go_goroutines 12',
      'rpc_duration_seconds{quantile="0.5"} 4.773e-05',
      'rpc_duration_seconds_bucket{le="+Inf",} 144320',
    ].join('\n');
    expect(read(text)).toEqual([
      ['http_requests_total', { method: 'post', code: '200' }, 1027],
      ['http_requests_total', { method: 'post', code: '400' }, 3],
      ['go_goroutines', {}, 12],
      ['rpc_duration_seconds', { quantile: '0.5' }, 4.773e-5],
      ['rpc_duration_seconds_bucket', { le: '+Inf' }, 144_320],
    ]);
  });

  test.each([
    ['a backslash, a quote and a line feed', String.raw`up{path="C:\\DIR \"x\"\n{a,b}=1"} 1`, 'C:\\DIR "x"\n{a,b}=1'],
    ['a backslash before an n', String.raw`up{path="\\n"} 1`, '\\n'],
    ['nothing', 'up{path=""} 1', ''],
    ['what looks like the end of the labels', 'up{path="} 2"} 1', '} 2'],
    ['text of other scripts', 'up{path="日本 ✓"} 1', '日本 ✓'],
  ])('reads a label that holds %s', (_, line, path) => {
    expect(read(line)).toEqual([['up', { path }, 1]]);
  });

  test.each([
    ['NaN', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['Inf', Number.POSITIVE_INFINITY],
    ['-0.5', -0.5],
    ['1.', 1],
    ['.5', 0.5],
    ['1E+9', 1e9],
  ])('reads the value %s', (text, value) => {
    expect(parseExposition(`up ${text}`)[0]?.value).toBe(value);
    expect(parseExposition(`up{a="b"} ${text} 1395066363000`)[0]?.value).toBe(value);
  });

  test.each<[string, string, unknown]>([
    ['blanks and tabs wherever they may be', ' \tup { a = "b" ,\tc="d" , } \t 1  -5 ', ['up', { a: 'b', c: 'd' }, 1]],
    ['a name that is quoted, as Prometheus 3 has it', '{"my.metric", "a.b"="c"} 1', ['my.metric', { 'a.b': 'c' }, 1]],
    ['an exemplar of OpenMetrics', 'up_total{a="b"} 1 1.5 # {trace="x"} 0.67 1.4', ['up_total', { a: 'b' }, 1]],
    ['a name with a colon', 'job:up:sum 1', ['job:up:sum', {}, 1]],
  ])('reads %s', (_, line, sample) => {
    expect(read(line)).toEqual([sample]);
  });

  test.each([
    ['HTML', '<html>'],
    ['JSON', '{"status":"ok"}'],
    ['no value', 'up'],
    ['no value behind labels', 'up{a="b"}'],
    ['a value that is none', 'up one'],
    ['labels without an end', 'up{a="b" 1'],
    ['a label without quotes', 'up{a=b} 1'],
    ['a label without an end', 'up{a="b} 1'],
    ['no comma', 'up{a="b"c="d"} 1'],
    ['no name', '{a="b"} 1'],
    ['no blank before the value', 'up.5'],
    ['too much', 'up 1 2 3'],
    ['a timestamp that is none', 'up 1 now'],
  ])('refuses %s, and says which line it is', (_, line) => {
    expect(() => parseExposition(`a 1\n\n${line}\nb 2`)).toThrow(
      new ExpositionError(`line 3 of the body is not in Prometheus' text format: "${line}"`),
    );
  });

  test('reads a long text in no time', () => {
    const line = `http_requests_total{${Array.from({ length: 20 }, (_, i) => `label${i}="${'v\\\\'.repeat(20)}"`).join(',')}} 1\n`;
    expect(parseExposition(line.repeat(2000))).toHaveLength(2000);
  });

  test('gives up on an endless label at once', () => {
    expect(() => parseExposition(`up{${'a="b",'.repeat(50_000)}`)).toThrow(ExpositionError);
  });
});
