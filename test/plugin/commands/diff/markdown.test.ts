import { describe, expect, test } from '@jest/globals';
import { applyPatch } from 'diff';
import type { Difference, ObjectChange } from '../../../../plugin/commands/diff/change.js';
import { compare } from '../../../../plugin/commands/diff/compare.js';
import { code, escapeMarkdown, fenced } from '../../../../plugin/commands/diff/escape.js';
import { diffMarkdown, MAX_CHARACTERS } from '../../../../plugin/commands/diff/markdown.js';
import { patchOf } from '../../../../plugin/commands/diff/patch.js';
import { diffText, summaryText } from '../../../../plugin/commands/diff/text.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { toYaml } from '../../../../plugin/terminal/yaml.js';

const config = (text: string, name = 'shop-config') =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text } }) as unknown as KubernetesObject;

function change(from: string | undefined, to: string | undefined, note = 'a note', name?: string): ObjectChange {
  const [before, after] = [from, to].map((text) => (text === undefined ? undefined : config(text, name)));
  const found = compare({ ...(before && { before }), ...(after && { after }) }, 'shop', () => note);
  if (!found) throw new Error('no difference');
  return found;
}

const against = { kind: 'revision', revision: 'origin/main', commit: 'abcdef0123456789' } as const;
const differenceOf = (changes: readonly ObjectChange[], notes: readonly string[] = []): Difference => ({
  against,
  source: 'dist',
  releases: [],
  changes,
  notes,
});

describe('a unified diff', () => {
  test('names the files as kubectl does, under what the change means', () => {
    expect(diffText(differenceOf([change('a', 'b')]), false)).toBe(
      [
        '# configmap/shop-config changed: a note',
        '--- abcdef012345/v1.ConfigMap.shop-config',
        '+++ MANIFESTS/v1.ConfigMap.shop-config',
        '@@ -1,6 +1,6 @@',
        ' apiVersion: v1',
        ' data:',
        '-  text: a',
        '+  text: b',
        ' kind: ConfigMap',
        ' metadata:',
        '   name: shop-config',
        '',
      ].join('\n'),
    );
  });

  test.each([
    ['added', undefined, 'b', '@@ -0,0 +1,6 @@'],
    ['removed', 'a', undefined, '@@ -1,6 +0,0 @@'],
  ])('holds every line of an object that was %s', (kind, from, to, range) => {
    const text = diffText(differenceOf([change(from, to)]), false);
    expect(text).toContain(`configmap/shop-config ${kind}`);
    expect(text).toContain(range);
  });

  test('can be applied, also where it is too long to be found line by line', () => {
    const [from, to] = ['a', 'b'].map((word) => Array.from({ length: 4000 }, (_, i) => `${word}${i}`).join('\n'));
    const long = change(from, to);
    const [before, after] = [toYaml(long.before as object), toYaml(long.after as object)];
    expect(applyPatch(before, `${patchOf(long, against)}\n`)).toBe(after);
  });

  test('is colored for a terminal, and no content reaches it with an escape sequence', () => {
    const text = diffText(differenceOf([change('a', '\u001b[2J\u202eb', 'note \u001b[31m')]), true);
    expect(text).toContain('\u001b[31m-  text: a\u001b[0m');
    for (const sequence of ['\u001b[2J', '\u202e', 'note \u001b']) expect(text).not.toContain(sequence);
  });

  test('is summed up', () => {
    expect(summaryText(differenceOf([]))).toBe('no differences between dist and origin/main (abcdef012345)');
    expect(summaryText(differenceOf([change('a', 'b'), change('a', 'c'), change(undefined, 'b')]))).toBe(
      '3 objects differ between dist and origin/main (abcdef012345): 1 added, 2 changed',
    );
  });
});

describe('a comment for a pull request', () => {
  test('begins with the line by which it is found again, whether there is a difference or not', () => {
    for (const changes of [[], [change('a', 'b')]])
      expect(diffMarkdown(differenceOf(changes)).split('\n')[0]).toBe('<!-- kubectl-bluegreen diff -->');
  });

  test('has a table, the notes, and each diff folded', () => {
    const text = diffMarkdown(differenceOf([change('a', 'b')], ['release shop is new']));
    expect(text).toContain('| <code>configmap/shop-config</code> | changed | a note |\n');
    expect(text).toContain('\n- release shop is new\n');
    const summary = '<details><summary><code>configmap/shop-config</code> changed</summary>';
    expect(text).toContain(`\n${summary}\n\n\`\`\`diff\n--- abcdef012345/`);
    expect(text.endsWith('\n```\n\n</details>\n')).toBe(true);
  });

  test('has no row that content could break', () => {
    const note = 'image a|b -> `x` <img src=x> @ada #12 [a](http://b) \n| new | row | here |';
    const text = diffMarkdown(differenceOf([change('a', 'b', note)]));
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(3);
    expect(rows[2]?.match(/\|/g)).toHaveLength(4);
    expect(rows[2]).not.toMatch(/<img|`| @ada| #12|\]\(/);
    expect(rows[2]).toContain('<code>@ada</code>');
  });

  test('has no diff that content could end', () => {
    const text = diffMarkdown(differenceOf([change('a', '```\n````\n</details>\n# out')]));
    const [, fence = ''] = /\n(`+)diff\n/.exec(text) ?? [];
    expect(fence).toBe('`````');
    expect(text.split('\n').filter((line) => line === fence)).toHaveLength(1);
    expect(text.endsWith(`\n${fence}\n\n</details>\n`)).toBe(true);
  });

  test.each([
    ['one diff that is too long', [change('a', 'word\n'.repeat(50_000))], '1 diffs shortened'],
    [
      'many diffs',
      Array.from({ length: 100 }, (_, i) => change('a', 'word\n'.repeat(1000), 'note', `shop-${i}`)),
      'diffs left out',
    ],
    [
      'more objects than a table holds',
      Array.from({ length: 2000 }, (_, i) => change('a', 'b', '|'.repeat(500), `shop-${i}`)),
      'objects left out of the table',
    ],
  ])('fits a comment on GitHub with %s, and says what was cut', (_, changes, said) => {
    const text = diffMarkdown(differenceOf(changes, Array(500).fill('<'.repeat(500))));
    expect(text.length).toBeLessThanOrEqual(MAX_CHARACTERS);
    expect(text.length).toBeGreaterThan(MAX_CHARACTERS / 2);
    expect(text.split('\n').at(-2)).toContain(said);
    expect(text.split('\n').at(-2)).toContain('notes left out');
    expect(text.match(/<details>/g)?.length ?? 0).toBe(text.match(/<\/details>/g)?.length ?? 0);
  });

  test('is cut nowhere when it fits', () => {
    expect(diffMarkdown(differenceOf([change('a', 'b')]))).not.toContain('Cut to');
  });
});

test.each([
  ['a*b*_c_ ~d~', 'a&#42;b&#42;&#95;c&#95; &#126;d&#126;'],
  ['tabs\tand\nlines', 'tabs and lines'],
  ['\u001b[2J', '&#92;u001b&#91;2J'],
  ['r@sha256:1', '<code>r@sha256:1</code>'],
])('%j is escaped in a line', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test('code and fences hold any text', () => {
  expect(code('a`|</code>')).toBe('<code>a&#96;&#124;&#60;/code></code>');
  expect(fenced('diff', 'a')).toBe('```diff\na\n```');
});
