import { expect, test } from '@jest/globals';
import { knownKeys } from '../../../charts/spec/known-keys.js';
import { problemsOf, release } from './support.js';

const HEALTH = { name: 'health', path: '/health' };
const metric = (bound: object) => ({ checks: [{ ...HEALTH, metrics: [{ name: 'up', ...bound }] }] });

test.each<[string, object, string]>([
  [
    'a check twice',
    {
      checks: [
        { name: 'a', path: '/a' },
        { name: 'a', path: '/b' },
      ],
    },
    'checks[1].name: check "a" is listed twice',
  ],
  [
    'a check that is never tried',
    { checks: [{ name: 'a', path: '/a', retries: 0 }] },
    'checks[0].retries: expected at least 1, got the number 0',
  ],
  [
    'a check of an impossible status',
    { checks: [{ name: 'a', path: '/a', status: [600] }] },
    'checks[0].status[0]: expected at most 599, got the number 600',
  ],
  [
    'a check whose path has a space',
    { checks: [{ name: 'a', path: '/a b' }] },
    'checks[0].path: expected a path that starts with "/", got "/a b"',
  ],
  [
    'a header that splits the request',
    { checks: [{ name: 'a', path: '/a', requestHeaders: { A: 'b\r\nC: d' } }] },
    String.raw`checks[0].requestHeaders.A: expected printable ASCII text, got "b\r\nC: d"`,
  ],
  ['a check of nothing', { checks: [{ name: 'a' }] }, 'checks[0]: expected path, tcp or command: what is checked'],
  [
    'a check of two kinds',
    { checks: [{ name: 'a', path: '/a', tcp: {} }] },
    'checks[0]: expected one of path, tcp and command, got path and tcp',
  ],
  [
    'a TCP check that wants an answer',
    { checks: [{ name: 'a', tcp: {}, status: [200] }] },
    'checks[0].status: not used with tcp, which has no answer to look at',
  ],
  [
    'a TCP check whose port stands beside it',
    { checks: [{ name: 'a', tcp: {}, port: 5432 }] },
    'checks[0].port: not used with tcp; write tcp: {port: 5432}',
  ],
  [
    'a command that wants an answer',
    { checks: [HEALTH, { name: 'a', command: ['npm', 'test'], metrics: [{ name: 'up', present: true }] }] },
    'checks[1].metrics: not used with command, which has no answer to look at',
  ],
  [
    'a command with a port',
    { checks: [HEALTH, { name: 'a', command: ['npm', 'test'], port: 80 }] },
    'checks[1].port: not used with command, whose PREVIEW_URL leads to the first of ports',
  ],
  [
    'a command for a shell',
    { checks: [HEALTH, { name: 'a', command: 'npm test' }] },
    'checks[1].command: expected a list, got "npm test"',
  ],
  [
    'a command without a program',
    { checks: [HEALTH, { name: 'a', command: [''] }] },
    'checks[1].command: expected the name of a program first',
  ],
  [
    'a command alone: no Pod would be asked',
    { checks: [{ name: 'a', command: ['npm', 'test'] }] },
    'checks: expected a path or tcp too: every Pod must be asked',
  ],
  [
    'a latency that a timeout cuts off',
    { checks: [{ ...HEALTH, maxLatencyMs: 2000, timeoutSeconds: 2 }] },
    'checks[0].maxLatencyMs: expected less than timeoutSeconds, which is 2, got 2000 milliseconds',
  ],
  [
    'a body of two formats',
    { checks: [{ ...HEALTH, json: { up: true }, metrics: [{ name: 'up', min: 1 }] }] },
    'checks[0].metrics: not used with json: a body is one or the other',
  ],
  ['a metric without a bound', metric({}), 'checks[0].metrics[0]: expected min, max or present'],
  [
    'a metric whose bounds leave nothing',
    metric({ min: 5, max: 3 }),
    'checks[0].metrics[0].max: expected at least min, which is 5, got 3',
  ],
  [
    'an absent metric that has a value',
    metric({ present: false, max: 3 }),
    'checks[0].metrics[0].present: not false with min or max: without a series there is no value',
  ],
  [
    'a sum of nothing',
    metric({ present: true, combine: 'sum' }),
    'checks[0].metrics[0].combine: not used without min or max',
  ],
  [
    'labels within the name of a metric',
    metric({ name: 'up{a="b"}', min: 1 }),
    'checks[0].metrics[0].name: expected a metric\'s name, such as "http_requests_total"; its labels go into labels, got "up{a=\\"b\\"}"',
  ],
  [
    'a key that is nearly one',
    { checks: [{ ...HEALTH, maxLatencyMS: 5 }] },
    'checks[0].maxLatencyMS: unknown key; did you mean "maxLatencyMs"?',
  ],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});

test('what a check leaves out depends on its kind: a test suite takes longer than a request and is not repeated', () => {
  const { checks } = release({
    checks: [HEALTH, { name: 'port', tcp: {} }, { name: 'suite', command: ['npm', 'test'] }],
  });
  expect(checks).toEqual([
    { ...HEALTH, status: [200], timeoutSeconds: 10, retries: 10, intervalSeconds: 5 },
    { name: 'port', tcp: {}, timeoutSeconds: 10, retries: 10, intervalSeconds: 5 },
    { name: 'suite', command: ['npm', 'test'], timeoutSeconds: 300, retries: 1, intervalSeconds: 5 },
  ]);
});

test('what a check says goes before what its kind has', () => {
  const times = { timeoutSeconds: 1, retries: 2, intervalSeconds: 3 };
  const { checks } = release({
    checks: [
      { ...HEALTH, ...times },
      { name: 'suite', command: ['true'], ...times },
    ],
  });
  expect(checks).toMatchObject([times, times]);
});

test('the keys of a check are known, for suggestions', () => {
  expect(knownKeys(['checks', 0])).toEqual(expect.arrayContaining(['path', 'tcp', 'command', 'metrics']));
  expect(knownKeys(['checks', 0, 'metrics', 0])).toContain('combine');
});
