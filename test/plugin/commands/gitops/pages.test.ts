import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { judge } from '../../../../plugin/cli/parse/judge.js';
import { verbOf } from '../../../../plugin/cli/parse/words.js';
import { VERBS } from '../../../../plugin/commands/index.js';
import { COMMON_FLAGS, KUBECTL_FLAGS } from '../../../../plugin/invocation/flags.js';

const PAGES = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'gitops');

/** Commands of code blocks and of the text. */
const commandsOf = (text: string): string[][] =>
  [...text.matchAll(/kubectl bluegreen ([a-z][^`\n]*)/g)].map(([, words = '']) => words.trim().split(/\s+/));

// That they do what the pages say is tested on the cluster.
test.each(readdirSync(PAGES))('the commands of docs/gitops/%s have words and flags that there are', async (name) => {
  const commands = commandsOf(readFileSync(join(PAGES, name), 'utf8'));
  expect(commands.length).toBeGreaterThan(2);
  for (const words of commands) {
    const verb = VERBS.find((one) => one.name === verbOf(words));
    expect([words.join(' '), verb?.name]).toEqual([words.join(' '), words[0]]);
    await judge(words, { ...KUBECTL_FLAGS, ...COMMON_FLAGS, ...verb?.flags }, verb);
  }
});
