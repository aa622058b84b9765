import { describe, expect, test } from '@jest/globals';
import { complete, DIRECTIVE, type LookUp, type Source } from '../../../plugin/cli/completion/complete.js';
import { VERBS } from '../../../plugin/commands/index.js';

const WORLD: Readonly<Record<Source, readonly string[]>> = {
  contexts: ['staging', 'production'],
  clusters: ['east', 'west'],
  users: ['ada', 'grace'],
  namespaces: ['store', 'stock', 'default'],
  releases: ['shop', 'shipping', 'blog'],
  deployments: ['cart', 'search'],
  environments: ['dev', 'production'],
};

/** What was asked of kubectl, and the answers. */
function completion(...words: string[]) {
  const asked: [Source, readonly string[]][] = [];
  const lookUp: LookUp = async (source, flags) => {
    asked.push([source, flags]);
    return WORLD[source];
  };
  return complete(words, lookUp).then(({ candidates, directive }) => ({
    values: candidates.map(({ value }) => value),
    candidates,
    directive,
    asked,
  }));
}

describe('verbs', () => {
  test('all of them, with their summaries, before the first word', async () => {
    const { values, candidates, directive, asked } = await completion('');
    const verbs = [...VERBS.map(({ name }) => name), 'help'];
    expect([...values].sort()).toEqual([...verbs].sort());
    expect(candidates.every(({ description }) => description)).toBe(true);
    expect(directive).toBe(DIRECTIVE.noFiles);
    expect(asked).toEqual([]);
  });

  test.each([
    [['pro'], ['promote']],
    [['no-such'], []],
    [
      ['-n', 'store', 'ver'],
      ['verify', 'version'],
    ],
    [['help', 'st'], ['status']],
    [['help', 'status', ''], []],
  ])('%j gives %j', async (words, verbs) => {
    expect((await completion(...words)).values).toEqual(verbs);
  });
});

describe('arguments', () => {
  test.each([
    [
      ['promote', ''],
      ['shop', 'shipping', 'blog'],
    ],
    [
      ['promote', 'sh'],
      ['shop', 'shipping'],
    ],
    [
      ['history', 'sh'],
      ['shop', 'shipping'],
    ],
    [['gitops', 'b'], ['blog']],
    [
      ['undo', ''],
      ['cart', 'search'],
    ],
    [['undo', 'cart', ''], []],
    [['promote', '--yes', 'b'], ['blog']],
    [['promote', '--to', 'green', 'b'], ['blog']],
    [['promote', '--to=green', 'b'], ['blog']],
    [['status', '--', 'b'], ['blog']],
    [['promote', 'shop', ''], []],
    [
      ['verify', 'shop', ''],
      ['blue', 'green'],
    ],
    [['verify', 'shop', 'g'], ['green']],
    [['verify', 'shop', 'green', ''], []],
    [
      ['logs', 'shop', ''],
      ['blue', 'green', 'active', 'idle'],
    ],
    [
      ['set-version', 'sh'],
      ['shop', 'shipping'],
    ],
    [['set-version', 'shop', ''], []],
    [
      ['set-version', 'shop', 'v2', ''],
      ['blue', 'green'],
    ],
    [['logs', 'shop', 'a'], ['active']],
    [['logs', 'shop', 'active', ''], []],
    [['status', 'b'], ['blog']],
    [['status', 'shop', ''], []],
    [['version', ''], []],
    [['no-such', ''], []],
  ])('%j gives %j', async (words, values) => {
    expect(await completion(...words)).toMatchObject({ values, directive: DIRECTIVE.noFiles });
  });

  test.each([
    ['verify', 'shop', '--', ''],
    ['promote', 'shop', '--yes', '--', 'npm', 'run', '--'],
  ])('a command behind -- takes files', async (...words) => {
    expect(await completion(...words)).toMatchObject({ values: [], directive: DIRECTIVE.files });
  });

  test.each([
    ['synth', ''],
    ['synth', 'one.yaml', 't'],
  ])('synth takes spec files', async (...words) => {
    expect(await completion(...words)).toMatchObject({
      values: ['yaml', 'yml'],
      directive: DIRECTIVE.filesWithExtension,
    });
  });
});

describe('flags', () => {
  test('those of the verb and those of kubectl, described, as they are begun', async () => {
    const { candidates, values, asked } = await completion('promote', 'shop', '--c');
    expect(values).toEqual(expect.arrayContaining(['--check-retries', '--color', '--context', '--cluster']));
    expect(values.every((value) => value.startsWith('--c'))).toBe(true);
    expect(candidates.every(({ description }) => description)).toBe(true);
    expect(asked).toEqual([]);
  });

  test('those of one verb are not offered for another', async () => {
    expect((await completion('status', '--soak')).values).toEqual([]);
    expect((await completion('--soak')).values).toEqual([]);
    expect((await completion('promote', '--soak')).values).toEqual(['--soak']);
  });

  test.each([
    [['status', '-n', 'store', '--namespace']],
    [['status', '-nstore', '--namespace']],
    [['status', '-n=store', '--namespace']],
    [['status', '--namespace=store', '-n']],
  ])('a flag that was given is not offered again: %j', async (words) => {
    expect((await completion(...words)).values).toEqual([]);
  });

  test('a flag that can be repeated is offered again', async () => {
    expect((await completion('deploy', 'shop', '-f', 'dist', '--file')).values).toEqual(['--filename']);
  });

  test('a flag of one letter is offered with one dash', async () => {
    expect((await completion('-v')).values).toEqual(['-v']);
  });
});

describe('values of flags', () => {
  test.each([
    [
      ['promote', '--to', ''],
      ['blue', 'green'],
    ],
    [['promote', '--to=g'], ['green']],
    [
      ['promote', '-o', ''],
      ['json', 'yaml', 'name'],
    ],
    [['status', '-o', 'w'], ['wide']],
    [
      ['status', '--color='],
      ['auto', 'always', 'never'],
    ],
    [
      ['promote', '--yes='],
      ['true', 'false'],
    ],
    [
      ['--context', ''],
      ['staging', 'production'],
    ],
    [['--context=pro'], ['production']],
    [['--cluster', 'w'], ['west']],
    [
      ['--user', ''],
      ['ada', 'grace'],
    ],
    [
      ['status', '-n', 'sto'],
      ['store', 'stock'],
    ],
    [
      ['gitops', 'shop', '--tool', ''],
      ['flux', 'argocd', 'helm'],
    ],
    [['gitops', '--argocd-namespace=d'], ['default']],
    [['promote', '--version', ''], []],
    [['promote', '--no-such='], []],
    [['promote', '--constructor='], []],
  ])('%j gives %j', async (words, values) => {
    expect(await completion(...words)).toMatchObject({ values, directive: DIRECTIVE.noFiles });
  });

  test.each([
    [['deploy', '-f', 'di'], ['yaml', 'yml', 'json'], DIRECTIVE.filesWithExtension],
    [['deploy', '--filename='], ['yaml', 'yml', 'json'], DIRECTIVE.filesWithExtension],
    [['--kubeconfig', ''], [], DIRECTIVE.files],
    [['synth', '--output-dir', ''], [], DIRECTIVE.folders],
    [['deploy', '--build-context='], [], DIRECTIVE.folders],
    [['promote', '--dockerfile', ''], [], DIRECTIVE.files],
  ])('%j leaves files to the shell', async (words, values, directive) => {
    expect(await completion(...words)).toMatchObject({ values, directive });
  });
});

test('kubectl is asked with the global flags that were typed, whatever their form', async () => {
  const words = [
    '-n',
    'store',
    '--context=staging',
    '--insecure-skip-tls-verify',
    'promote',
    '--as',
    'ada',
    '--yes',
    '',
  ];
  expect((await completion(...words)).asked).toEqual([
    ['releases', ['--namespace=store', '--context=staging', '--insecure-skip-tls-verify=true', '--as=ada']],
  ]);
});
