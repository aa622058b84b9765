import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { validateArguments } from '../../plugin/cli/parse/validate-arguments.js';
import { verbOf } from '../../plugin/cli/parse/words.js';
import { VERBS } from '../../plugin/commands/index.js';
import { COMMON_FLAGS, KUBECTL_FLAGS } from '../../plugin/invocation/flags.js';

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'LICENSES.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

const read = (page: string) => readFileSync(page, 'utf8');
const withoutBlocks = (text: string) => text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors of a page, as GitHub makes them of its headings. */
const anchorsOf = (page: string) =>
  [
    ...read(page)
      .replace(/^ *```[\s\S]*?^ *```/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(PAGES)('%s', (page) => {
  const links = [...withoutBlocks(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

  test.each(links.length > 0 ? links : ['#'])('leads to %s', (link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), path));
    expect([file, existsSync(file)]).toEqual([file, true]);
    if (anchor && statSync(file).isFile() && file.endsWith('.md')) expect(anchorsOf(file)).toContain(anchor);
  });

  // That they do what the pages say is tested on the cluster.
  test('has commands with words and flags that there are', async () => {
    const blocks = [...read(page).matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].map(([, block = '']) => block);
    const commands = blocks.flatMap((block) =>
      [...block.matchAll(/^ *kubectl bluegreen ([^\n#|>]*)/gm)].map(([, words = '']) => words.trim().split(/\s+/)),
    );
    for (const words of commands) {
      const verb = VERBS.find((one) => one.name === verbOf(words));
      expect([words.join(' '), verb?.name]).toEqual([words.join(' '), words[0]]);
      await validateArguments(words, { ...KUBECTL_FLAGS, ...COMMON_FLAGS, ...verb?.flags }, verb);
    }
  });
});

test('README is short', () => {
  expect(read('README.md').split('\n').length).toBeLessThanOrEqual(150);
});

test('every page is found from the first one', () => {
  const index = read('docs/README.md');
  const missing = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md').filter(
    (page) => !index.includes(`](${page.slice('docs/'.length)})`),
  );
  expect(missing).toEqual([]);
});
