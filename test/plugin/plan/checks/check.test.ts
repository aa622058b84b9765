import { describe, expect, test } from '@jest/globals';
import type { HttpCheck } from '../../../../charts/policy.js';
import { type Answer, evaluateCheck, evaluateLatency } from '../../../../plugin/plan/checks/check.js';

const CHECK: HttpCheck = {
  name: 'health',
  path: '/health',
  status: [200],
  timeoutSeconds: 1,
  retries: 1,
  intervalSeconds: 1,
};

const judged = (check: Partial<HttpCheck>, answer: Partial<Answer>) =>
  evaluateCheck({ ...CHECK, ...check }, { status: 200, headers: {}, body: '', ...answer });

const BODY = JSON.stringify({ status: 'ok', count: 3, none: null, checks: [{ up: true }], 'a.b': 1 });

describe('evaluateCheck passes', () => {
  test.each<[string, Partial<HttpCheck>, Partial<Answer>]>([
    ['the status wanted', {}, {}],
    ['any of several statuses', { status: [200, 204] }, { status: 204 }],
    [
      'a header in any case that holds the text',
      { headers: { 'Content-Type': 'json' } },
      { headers: { 'content-type': 'application/json' } },
    ],
    [
      'a header that comes several times',
      { headers: { 'Set-Cookie': 'b=2' } },
      { headers: { 'set-cookie': ['a=1', 'b=2'] } },
    ],
    ['a body that holds the text', { bodyContains: 'shop_up 1' }, { body: '# metrics\nshop_up 1\n' }],
    ['a string by JSON path', { json: { status: 'ok' } }, { body: BODY }],
    ['a number by JSON path', { json: { count: 3 } }, { body: BODY }],
    ['null by JSON path', { json: { none: null } }, { body: BODY }],
    ['an item of an array by JSON path', { json: { 'checks.0.up': true } }, { body: BODY }],
  ])('%s', (_, check, answer) => {
    expect(judged(check, answer)).toBeUndefined();
  });
});

describe('evaluateCheck fails', () => {
  test.each<[string, Partial<HttpCheck>, Partial<Answer>, string]>([
    ['another status', {}, { status: 503 }, 'status is 503, want 200'],
    ['a redirect', {}, { status: 302 }, 'status is 302, want 200'],
    ['a status that is none of several', { status: [200, 204] }, { status: 500 }, 'status is 500, want 200 or 204'],
    ['a header that is absent', { headers: { 'X-Color': 'green' } }, {}, 'header X-Color is "", want "green"'],
    [
      'a header that says otherwise',
      { headers: { 'X-Color': 'green' } },
      { headers: { 'x-color': 'blue' } },
      'header X-Color is "blue", want "green"',
    ],
    ['a body without the text', { bodyContains: 'up' }, { body: 'down' }, 'body lacks "up": it is "down"'],
    ['a body that is not JSON', { json: { status: 'ok' } }, { body: '<html>' }, 'body is not JSON: it is "<html>"'],
    ['another value', { json: { status: 'ok' } }, { body: '{"status":"bad"}' }, 'status is "bad", want "ok"'],
    ['a string for a number', { json: { count: 3 } }, { body: '{"count":"3"}' }, 'count is "3", want 3'],
    ['an absent value', { json: { up: true } }, { body: '{}' }, 'up is absent, want true'],
    ['an absent value for null', { json: { up: null } }, { body: '{}' }, 'up is absent, want null'],
    ['a path through a string', { json: { 'status.length': 2 } }, { body: BODY }, 'status.length is absent, want 2'],
    ['a path through null', { json: { 'none.x': 1 } }, { body: BODY }, 'none.x is absent, want 1'],
    ['an array past its end', { json: { 'checks.1.up': true } }, { body: BODY }, 'checks.1.up is absent, want true'],
    ['a body of null', { json: { up: true } }, { body: 'null' }, 'up is absent, want true'],
  ])('%s', (_, check, answer, why) => {
    expect(judged(check, answer)).toBe(why);
  });

  test.each([
    ['constructor.name', 'Object'],
    ['__proto__.__proto__', null],
    ['checks.__proto__.length', 0],
  ])('what only a prototype has: %s', (path, value) => {
    expect(judged({ json: { [path]: value } }, { body: BODY })).toContain(`${path} is absent`);
  });

  test('the status first, before it reads the body', () => {
    expect(judged({ json: { up: true } }, { status: 500, body: 'oops' })).toBe('status is 500, want 200');
  });

  test('with no more of a long body than fits into a line', () => {
    const why = judged({ bodyContains: 'up' }, { body: 'x'.repeat(100_000) }) ?? '';
    expect(why.length).toBeLessThan(200);
  });
});

test.each([
  [undefined, 99_999, undefined],
  [500, 500, undefined],
  [500, 501, 'the answer took 501ms, want at most 500ms'],
])('with at most %s ms, %i ms are judged: %s', (maxLatencyMs, ms, why) => {
  expect(evaluateLatency({ ...CHECK, ...(maxLatencyMs && { maxLatencyMs }) }, ms)).toBe(why);
});
