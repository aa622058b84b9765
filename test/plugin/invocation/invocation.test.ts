import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../plugin/core/errors.js';
import { readOverrides } from '../../../plugin/invocation/arguments.js';
import { kubectlFlags, listFlag, releaseArgument, stringFlag } from '../../../plugin/invocation/invocation.js';
import { failure } from '../failure.js';
import { invocationOf } from '../invocation.js';

describe('releaseArgument', () => {
  test.each(['shop', 'engine-ops', 'a', 'a1', 'a'.repeat(55)])('takes %s', (name) => {
    expect(releaseArgument(invocationOf([name]))).toBe(name);
  });

  test.each(['', 'Shop', '1shop', '-shop', 'shop-', 'shop.x', 'shop_x', 'a/b', '../x', 'shop,x', 'a'.repeat(56)])(
    'refuses %j: it would be no name of a Service',
    (name) => {
      expect(() => releaseArgument(invocationOf([name]))).toThrow(
        failure(
          UsageError,
          `invalid release name "${name}": want at most 55 lower case letters, digits or "-", starting with a letter`,
        ),
      );
    },
  );

  test('asks for a name that is missing', () => {
    expect(() => releaseArgument(invocationOf())).toThrow(
      failure(UsageError, 'required argument NAME is missing: the name of a release'),
    );
  });
});

describe('kubectlFlags', () => {
  test.each([
    ['nothing', {}, []],
    ['a text', { context: 'prod', namespace: 'store' }, ['--context=prod', '--namespace=store']],
    ['a text that looks like a flag', { token: '--x' }, ['--token=--x']],
    ['an empty text', { context: '' }, ['--context=']],
    ['a switch', { 'insecure-skip-tls-verify': true }, ['--insecure-skip-tls-verify=true']],
    ['a switch that is off', { 'insecure-skip-tls-verify': false }, ['--insecure-skip-tls-verify=false']],
    ['a flag that was repeated', { 'as-group': ['a', 'b'] }, ['--as-group=a', '--as-group=b']],
    ['the log level', { v: '6' }, ['-v=6']],
    ['flags of ours alone', { yes: true, output: 'json', to: 'green' }, []],
    ['both', { user: 'ada', yes: true }, ['--user=ada']],
  ])('hands on %s', (_, flags, args) => {
    expect(kubectlFlags(invocationOf([], flags))).toEqual(args);
  });
});

test.each([
  [undefined, undefined, []],
  ['x', 'x', []],
  ['', '', []],
  [['a', 'b'], undefined, ['a', 'b']],
  [true, undefined, []],
])('the flag value %j is the text %j and the list %j', (value, text, list) => {
  const invocation = invocationOf([], { flag: value });
  expect([stringFlag(invocation, 'flag'), listFlag(invocation, 'flag')]).toEqual([text, list]);
});

describe('readOverrides', () => {
  const ENV = { HEALTH_CHECK_RETRIES: '3', HEALTH_CHECK_INTERVAL: '2' };

  test.each([
    ['nothing', {}, {}, {}],
    ['the environment variables of the scripts of old', {}, ENV, { retries: 3, intervalSeconds: 2 }],
    [
      'flags before the environment',
      { 'check-retries': '7', 'check-interval': '500ms' },
      ENV,
      { retries: 7, intervalSeconds: 0.5 },
    ],
    ['empty variables as none', {}, { HEALTH_CHECK_RETRIES: '' }, {}],
    [
      'times in seconds',
      { timeout: '5m', soak: '1m30s', 'check-timeout': '3s' },
      {},
      { rolloutTimeoutSeconds: 300, soakSeconds: 90, checkTimeoutSeconds: 3 },
    ],
    ['a soak of 0', { soak: '0' }, {}, { soakSeconds: 0 }],
  ])('reads %s', (_, flags, env, overrides) => {
    expect(readOverrides(invocationOf([], flags, env))).toEqual(overrides);
  });

  test.each([
    [{ 'check-retries': 'x' }, {}, '--check-retries'],
    [{}, { HEALTH_CHECK_RETRIES: 'x' }, 'HEALTH_CHECK_RETRIES'],
    [{ soak: 'x' }, {}, '--soak'],
  ])('refuses %j with %j, and names where it stands', (flags, env, name) => {
    expect(() => readOverrides(invocationOf([], flags, env))).toThrow(UsageError);
    expect(() => readOverrides(invocationOf([], flags, env))).toThrow(`for ${name}:`);
  });
});
