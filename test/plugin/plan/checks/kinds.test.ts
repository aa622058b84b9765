import { expect, test } from '@jest/globals';
import { checkKind, commandLine, isCheck } from '../../../../plugin/plan/checks/kinds.js';

const TIMES = { timeoutSeconds: 1, retries: 1, intervalSeconds: 1 };

test.each([
  ['GET /health', { path: '/health', status: [200] }],
  ['tcp 3000', { tcp: {} }],
  ['tcp 5432', { tcp: { port: 5432 } }],
  ['command', { command: ['npm', 'test'] }],
])('a check is named %s', (kind, check) => {
  expect(checkKind({ name: 'a', ...TIMES, ...check }, 3000)).toBe(kind);
});

test.each([
  [['npm', 'run', 'test:integration'], 'npm run test:integration'],
  [['sh', '-c', 'echo "$PREVIEW_URL"; exit 1'], `sh -c 'echo "$PREVIEW_URL"; exit 1'`],
  [['echo', "it's", ''], String.raw`echo 'it'\''s' ''`],
])('%j is shown as a shell would take it', (argv, line) => {
  expect(commandLine(argv)).toBe(line);
});

test.each([
  [true, { name: 'a', path: '/a', status: [200], ...TIMES }],
  [true, { name: 'a', tcp: {}, ...TIMES }],
  [true, { name: 'a', command: ['x'], ...TIMES }],
  [false, { name: 'a', path: '/a', ...TIMES }],
  [false, { name: 'a', path: '/a', status: 200, ...TIMES }],
  [false, { name: 'a', tcp: {} }],
  [false, { name: 'a', tcp: {}, ...TIMES, retries: 'often' }],
  [false, { name: 'a', tcp: {}, ...TIMES, timeoutSeconds: -1 }],
  [false, { name: 'a', path: '/a', status: [200], ...TIMES, requestHeaders: { accept: 1 } }],
  [false, { name: 'a', path: '/a', status: [200], ...TIMES, metrics: {} }],
  [false, null],
  [false, { path: '/a' }],
  [false, { name: 'a' }],
  [false, { name: 'a', grpc: {} }],
  [false, { name: 'a', path: '/a', command: ['x'], ...TIMES }],
  [false, { name: 'a', command: 'rm -rf', ...TIMES }],
  [false, { name: 'a', command: [], ...TIMES }],
  [false, { name: 'a', command: [1], ...TIMES }],
  [false, { name: 'a', tcp: null, ...TIMES }],
])('whether it is a check is %s of %j', (is, value) => {
  expect(isCheck(value)).toBe(is);
});
