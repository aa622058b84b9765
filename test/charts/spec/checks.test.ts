import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

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
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});
