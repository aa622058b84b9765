import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { main } from '../../../plugin/cli/main.js';
import { VERBS } from '../../../plugin/commands/index.js';
import { UsageError } from '../../../plugin/core/errors.js';
import type { Invocation } from '../../../plugin/invocation/invocation.js';
import { failure } from '../failure.js';
import { invocationOf } from '../invocation.js';

const surroundings = () => {
  const { args, flags, ...rest } = invocationOf();
  return rest;
};

/** Runs the program up to the command, which is given instead of being run. */
async function parsed(...argv: string[]): Promise<Invocation> {
  const seen: Invocation[] = [];
  const run = async (invocation: Invocation) => seen.push(invocation);
  for (const spec of VERBS) jest.spyOn(spec, 'load').mockImplementation(async () => ({ run }));
  await main(argv, surroundings());
  return seen[0] as Invocation;
}

async function printed(...argv: string[]): Promise<string> {
  const around = surroundings();
  expect(await main(argv, around)).toBe(0);
  expect(around.err()).toBe('');
  return around.out();
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('main', () => {
  test.each([
    ['behind the verb', ['promote', 'shop', '-n', 'store', '--context', 'prod', '--as-group=a', '--as-group=b']],
    ['before the verb', ['-n', 'store', '--context', 'prod', 'promote', 'shop', '--as-group=a', '--as-group=b']],
    ['around the verb', ['-n=store', '--context=prod', 'promote', '--as-group', 'a', 'shop', '--as-group', 'b']],
    [
      'after the name alone',
      ['promote', '--namespace=store', 'shop', '--context=prod', '--as-group=a', '--as-group=b'],
    ],
  ])("takes kubectl's global flags %s", async (_, argv) => {
    const { args, flags, connection } = await parsed(...argv);
    expect(args).toEqual(['shop']);
    expect(flags).toMatchObject({ namespace: 'store', context: 'prod', 'as-group': ['a', 'b'] });
    // kubectl was started with them before the command is loaded.
    const given = ['--as-group=a', '--as-group=b', '--context=prod', '--namespace=store'];
    expect(connection?.kubectl.flags).toEqual(given);
  });

  test.each(['--insecure-skip-tls-verify', '--match-server-version', '--disable-compression', '--help=false'])(
    'does not take the verb behind the switch %s for its value',
    async (flag) => {
      expect((await parsed(flag, 'status', 'shop')).args).toEqual(['shop']);
    },
  );

  test.each([
    ['the last of two values', ['-o', 'yaml', '--output=json'], { output: 'json' }],
    ['the last of two switches', ['--yes', '--yes=false'], { yes: false }],
    ['every value of a flag that can be repeated', ['-f', 'a', '--filename=b'], { filename: ['a', 'b'] }],
    ['a version that looks like a number', ['--version=1.10'], { version: '1.10' }],
    ['a version that looks like an exponent', ['--version', '1e3'], { version: '1e3' }],
    ['a version that looks like hexadecimal', ['--version=0x10'], { version: '0x10' }],
    ['an empty value', ['--context='], { context: '' }],
    ['a value that holds "="', ['--token=a=b'], { token: 'a=b' }],
    ['the switch of confirmation', ['-y'], { yes: true }],
  ])('takes %s', async (_, argv, flags) => {
    expect((await parsed('promote', 'shop', ...argv)).flags).toMatchObject(flags);
  });

  test('takes one value behind -f, not every word that follows', async () => {
    expect((await parsed('promote', '-f', 'dist', 'shop')).args).toEqual(['shop']);
  });

  test('keeps a name that looks like a number, for the command to refuse', async () => {
    expect((await parsed('status', '1.10')).args).toEqual(['1.10']);
  });

  test.each(['verify', 'deploy', 'promote'])('hands %s the command behind -- as it is, flags and all', async (verb) => {
    const argv = [verb, 'shop', '-n', 'store', '--', 'npm', 'test', '--yes=1', '-n', '1.10', '--', '-h'];
    const { args, flags, command } = await parsed(...argv);
    expect(args).toEqual(['shop']);
    expect(flags).toMatchObject({ namespace: 'store' });
    expect(flags.yes).toBeUndefined();
    expect(command).toEqual(['npm', 'test', '--yes=1', '-n', '1.10', '--', '-h']);
  });

  test('takes what follows -- for arguments where no command is taken', async () => {
    const { args, command } = await parsed('status', '--', 'shop');
    expect(args).toEqual(['shop']);
    expect(command).toBeUndefined();
  });

  test('gives back the exit code of the command', async () => {
    const run = async () => 3;
    for (const spec of VERBS) jest.spyOn(spec, 'load').mockImplementation(async () => ({ run }));
    expect(await main(['status', 'shop'], surroundings())).toBe(3);
  });

  test.each([
    [
      'an unknown command',
      ['frobnicate'],
      'unknown command "frobnicate" for "kubectl bluegreen"\nSee \'kubectl bluegreen --help\' for usage.',
    ],
    [
      'a slip of the finger',
      ['promot', 'shop'],
      'unknown command "promot" for "kubectl bluegreen"\ndid you mean "promote"?',
    ],
    [
      'help for a command that is none',
      ['help', 'undoo'],
      'unknown command "undoo" for "kubectl bluegreen"\ndid you mean "undo"?',
    ],
    [
      'an unknown flag',
      ['status', 'shop', '--frob'],
      "unknown flag: --frob\nSee 'kubectl bluegreen status --help' for usage.",
    ],
    [
      'an unknown flag of one letter',
      ['status', 'shop', '-x'],
      "unknown flag: -x\nSee 'kubectl bluegreen status --help' for usage.",
    ],
    [
      'a flag of another command',
      ['status', 'shop', '--yes'],
      "unknown flag: --yes\nSee 'kubectl bluegreen status --help' for usage.",
    ],
    [
      'an unknown flag of a dotted name',
      ['status', 'shop', '--a.b=1'],
      "unknown flag: --a.b\nSee 'kubectl bluegreen status --help' for usage.",
    ],
    [
      'an unknown flag without a command',
      ['--frob'],
      "unknown flag: --frob\nSee 'kubectl bluegreen --help' for usage.",
    ],
    [
      'one argument too many',
      ['status', 'shop', 'cart'],
      'unexpected argument "cart"\nUsage: kubectl bluegreen status [NAME] [options]',
    ],
    [
      'an argument where there is none',
      ['version', 'shop'],
      'unexpected argument "shop"\nUsage: kubectl bluegreen version [options]',
    ],
    ['-- without a command', ['verify', 'shop', '--'], 'a command is missing behind --'],
    [
      'a command where none is taken',
      ['rollback', 'shop', '--', 'npm', 'test'],
      'unexpected argument "npm"\nUsage: kubectl bluegreen rollback NAME [options]',
    ],
    [
      'a negation',
      ['promote', 'shop', '--no-yes'],
      "unknown flag: --no-yes\nSee 'kubectl bluegreen promote --help' for usage.",
    ],
  ])('refuses %s, before anything is loaded', async (_, argv, message) => {
    await expect(parsed(...argv)).rejects.toThrow(failure(UsageError, message));
    await expect(parsed(...argv)).rejects.toMatchObject({ exitCode: 2 });
    for (const { load } of VERBS) expect(load).not.toHaveBeenCalled();
  });

  test.each([
    ['--to', 'red', 'invalid value "red" for --to: want blue or green'],
    ['--output', 'xml', 'invalid value "xml" for --output: want json, yaml or name'],
  ])('refuses %s %s, and says what there is', async (flag, value, message) => {
    await expect(parsed('promote', 'shop', flag, value)).rejects.toThrow(UsageError);
    await expect(parsed('promote', 'shop', flag, value)).rejects.toThrow(message);
  });
});

describe('help', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']]])('of the program is shown for %j', async (argv) => {
    expect(await printed(...argv)).toMatch(/Release Commands:\n[\s\S]*promote/);
  });

  test.each([
    [['promote', '--help']],
    [['promote', '-h']],
    [['help', 'promote']],
    [['promote', 'shop', 'x', '--help']],
  ])('of a command is shown for %j', async (argv) => {
    expect(await printed(...argv)).toContain('kubectl bluegreen promote NAME [options]');
  });
});
