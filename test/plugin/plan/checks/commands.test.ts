import { describe, expect, test } from '@jest/globals';
import type { CommandCheck } from '../../../../charts/policy.js';
import { RefusedError } from '../../../../plugin/core/errors.js';
import { type CommandChoice, requireConsent, withCommands } from '../../../../plugin/plan/checks/commands.js';
import { POLICY } from '../../cluster-objects.js';

const SUITE: CommandCheck = {
  name: 'suite',
  command: ['npm', 'run', 'test:e2e'],
  timeoutSeconds: 60,
  retries: 1,
  intervalSeconds: 1,
};
const policy = { ...POLICY, checks: [...POLICY.checks, SUITE] };
const choice = (more: Partial<CommandChoice> = {}): CommandChoice => more;
const names = (more: Partial<CommandChoice>) => withCommands(policy, choice(more)).checks.map(({ name }) => name);

describe('withCommands', () => {
  test('keeps what the policy has', () => {
    expect(names({})).toEqual(['health', 'readiness', 'metrics', 'suite']);
  });

  test('adds the command of the user, last, once, with minutes to run', () => {
    const { checks } = withCommands(policy, choice({ given: ['make', 'check'] }));
    expect(checks.at(-1)).toEqual({
      name: 'command',
      command: ['make', 'check'],
      timeoutSeconds: 300,
      retries: 1,
      intervalSeconds: 5,
    });
    expect(checks).toHaveLength(5);
  });

  test('runs a command once that both the user and the policy name', () => {
    expect(names({ given: SUITE.command })).toEqual(['health', 'readiness', 'metrics', 'command']);
  });

  test('gives the command of the user a name of its own', () => {
    const taken = { ...POLICY, checks: [{ ...SUITE, name: 'command' }] };
    expect(withCommands(taken, choice({ given: ['make'] })).checks.map(({ name }) => name)).toEqual([
      'command',
      'command-2',
    ]);
  });

  test('leaves out what the user declines, but not what the user gives', () => {
    expect(names({ accepted: false })).toEqual(['health', 'readiness', 'metrics']);
    expect(names({ accepted: false, given: ['make'] })).toEqual(['health', 'readiness', 'metrics', 'command']);
  });
});

describe('requireConsent', () => {
  const consent =
    (more: Partial<CommandChoice>, commands = [SUITE]) =>
    () =>
      requireConsent(commands, choice(more), 'shop');

  test('refuses a command that only the cluster names, shows it, and says what to do', () => {
    expect(consent({})).toThrow(RefusedError);
    expect(consent({})).toThrow(
      /^check "suite" would run on this machine: npm run test:e2e\nonly an annotation of release "shop" in the cluster .* -f dist\/, or --run-commands/,
    );
  });

  test('refuses it beside another command of the user', () => {
    expect(consent({ given: ['make'] })).toThrow(/npm run test:e2e/);
  });

  test.each<[string, Partial<CommandChoice>]>([
    ['come from files that were named', { stated: [SUITE.command] }],
    ['were accepted', { accepted: true }],
    ['the user has written out as well', { given: SUITE.command }],
  ])('lets commands run that %s', (_, more) => {
    expect(consent(more)).not.toThrow();
  });

  test('has nothing to say where there is no command', () => {
    expect(consent({}, [])).not.toThrow();
  });
});
