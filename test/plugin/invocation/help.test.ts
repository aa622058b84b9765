import { describe, expect, test } from '@jest/globals';
import { main } from '../../../plugin/cli/main.js';
import { VERBS } from '../../../plugin/commands/index.js';
import { COMMON_FLAGS, KUBECTL_FLAGS } from '../../../plugin/invocation/flags.js';
import { commandHelp, optionsHelp, programHelp } from '../../../plugin/invocation/help.js';
import { GROUPS } from '../../../plugin/invocation/verb.js';
import { invocationOf } from '../invocation.js';

const lines = (text: string) => text.split('\n').map((line) => line.trim());
const examplesOf = (examples: string) => lines(examples).filter((line) => line.startsWith('kubectl '));
/** An example as the shell would hand it over, up to a pipe. */
const words = (example: string) => (example.split(' | ')[0] ?? '').split(' ').slice(2);

/** The words of the verb itself, and the command behind `--`. */
const split = (all: readonly string[]) => {
  const at = all.indexOf('--');
  return at < 0 ? [all, []] : [all.slice(0, at), all.slice(at)];
};

describe.each(VERBS.map((spec) => [spec.name, spec] as const))('the help of %s', (name, spec) => {
  test('has the sections of kubectl, in its order', async () => {
    const help = await commandHelp(spec);
    const order = ['\n\nExamples:\n', '\n\nOptions:\n', '\n\nUsage:\n', 'Use "kubectl bluegreen options"'];
    const positions = order.map((section) => help.indexOf(section));
    expect(positions).not.toContain(-1);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(help.startsWith((await spec.help()).description)).toBe(true);
  });

  test('has examples of this command', async () => {
    const help = await commandHelp(spec);
    const examples = examplesOf((await spec.help()).examples);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(words(example)[0]).toBe(name);
      expect(help).toContain(`\n  ${example}`);
    }
  });

  test('has examples that parse under its own flags and arguments', async () => {
    for (const example of examplesOf((await spec.help()).examples)) {
      const { args, flags, ...around } = invocationOf();
      const [own = [], command = []] = split(words(example));
      await expect(main([...own, '--help', ...command], around)).resolves.toBe(0);
      if (command.length > 0) expect(spec.takesCommand).toBe(true);
      const positionals = own.slice(1).filter((word) => !word.startsWith('-'));
      expect(positionals.length).toBeLessThanOrEqual(spec.maxArgs + 2);
    }
  });

  test('says of each option what it is', async () => {
    const help = await commandHelp(spec);
    for (const [flag, { alias }] of Object.entries({ ...spec.flags, ...COMMON_FLAGS })) {
      const head = `${alias ? `-${alias}, ` : ''}--${flag}=`;
      expect(help).toMatch(new RegExp(`\\n {4}${head}\\S*:\\n\\t\\S.*\\.`));
    }
  });

  test('keeps its lines short', async () => {
    for (const line of lines(await commandHelp(spec)).filter((text) => !text.includes('=')))
      expect(line.length).toBeLessThanOrEqual(160);
  });

  test('does not claim a flag of kubectl for itself', () => {
    const aliases = new Set(
      Object.values({ ...KUBECTL_FLAGS, ...COMMON_FLAGS })
        .map(({ alias }) => alias)
        .filter(Boolean),
    );
    for (const [flag, { alias }] of Object.entries(spec.flags)) {
      expect(KUBECTL_FLAGS).not.toHaveProperty(flag);
      expect(aliases.has(alias)).toBe(false);
    }
  });
});

describe('the help of the program', () => {
  const help = programHelp(VERBS);

  test('lists every command with what it does, aligned', () => {
    const shown = VERBS.filter(({ hidden }) => !hidden);
    const columns = shown.map(({ name, summary }) => {
      const line = help.split('\n').find((text) => text.startsWith(`  ${name} `)) ?? '';
      return line.indexOf(summary);
    });
    expect(columns).not.toContain(-1);
    expect(new Set(columns).size).toBe(1);
  });

  test('lists every command once, under the heading of its group', () => {
    const shown = VERBS.filter(({ hidden }) => !hidden);
    for (const { name, group } of shown) {
      const section = help.split('\n\n').find((text) => text.startsWith(`${group}:\n`)) ?? '';
      expect(section).toContain(`\n  ${name} `);
    }
    const listed = help.split('\n').filter((line) => /^ {2}[a-z-]+ {2}/.test(line));
    expect(listed).toHaveLength(shown.length);
  });

  test('has the headings in order, and none without a command', () => {
    const headings = help.match(/^.* Commands:$/gm);
    expect(headings).toEqual(GROUPS.map((group) => `${group}:`));
    for (const group of GROUPS) expect(VERBS.some((spec) => spec.group === group)).toBe(true);
  });

  test('says where there is more', () => {
    expect(help).toContain('Use "kubectl bluegreen COMMAND --help"');
    expect(help).toContain('Use "kubectl bluegreen options"');
  });
});

test('the help of the options lists every flag that is handed to kubectl', () => {
  for (const flag of Object.keys(KUBECTL_FLAGS)) expect(optionsHelp()).toContain(`--${flag}=`);
});
