import { describe, expect, test } from '@jest/globals';
import { importsOf, loadedWith, read, sources } from './imports.js';

const HEAVY = /^(zod|cdk8s.*|constructs)$/;
const matching = (targets: Iterable<string>, pattern: RegExp) => [...targets].filter((target) => pattern.test(target));

describe('the rules see what they are about', () => {
  test('imports by value, by type and on use', () => {
    expect(importsOf('plugin/plan/policy.ts')).toContainEqual({ target: 'charts/policy.ts', kind: 'type' });
    expect(importsOf('plugin/plan/policy.ts')).toContainEqual({ target: 'plugin/errors.ts', kind: 'value' });
    expect(importsOf('plugin/verbs/synth.ts')).toContainEqual({
      target: 'plugin/commands/synth.ts',
      kind: 'dynamic',
    });
    expect(importsOf('plugin/parse/words.ts')).toContainEqual({ target: 'yargs-parser', kind: 'value' });
    expect(importsOf('plugin/cli.ts')).toContainEqual({ target: 'plugin/parse/judge.ts', kind: 'dynamic' });
  });

  test('what is loaded over several files', () => {
    expect(matching(loadedWith('plugin/commands/synth.ts'), HEAVY)).toEqual(expect.arrayContaining(['zod', 'cdk8s']));
    const ofStatus = ['node:http', 'plugin/edges/http.ts', 'plugin/errors.ts'];
    expect([...loadedWith('plugin/commands/status.ts')]).toEqual(expect.arrayContaining(ofStatus));
  });
});

test.each(sources('plugin'))(
  '%s orders texts by their code units: a locale takes 5 ms to load, and differs',
  (file) => {
    expect(read(file)).not.toContain('.localeCompare(');
  },
);

describe('plan/ is pure', () => {
  const files = sources('plugin/plan');
  // Of node:crypto a hash is pure, and chance is forbidden below.
  const allowed =
    /^((plugin\/plan\/.*|plugin\/(errors|kubernetes|text)|charts\/(names|default-checks|shared-names))\.ts|node:crypto)$/;

  test.each(files)('%s imports only plans, errors, types and names', (file) => {
    const others = importsOf(file).filter(({ target, kind }) => !(allowed.test(target) && kind !== 'dynamic'));
    expect(others.filter(({ target, kind }) => !(target === 'charts/policy.ts' && kind === 'type'))).toEqual([]);
  });

  test.each(files)('%s asks neither the clock nor the process nor chance, and waits for nothing', (file) => {
    const code = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(code).not.toMatch(
      /\bDate\b|\bprocess\.|\brandom\w*|\bset(Timeout|Interval|Immediate)\b|\basync\b|\bawait\b/,
    );
  });
});

describe('an examination is a function of what was gathered', () => {
  const files = sources('plugin/doctor/examinations');

  test.each(files)('%s loads nothing that does more than compute', (file) => {
    const allowed =
      /^((plugin\/(plan|doctor)\/.*|plugin\/(errors|kubernetes|text)|charts\/(names|default-checks))\.ts|node:crypto)$/;
    expect([...loadedWith(file)].filter((target) => !allowed.test(target))).toEqual([]);
    expect(read(file)).not.toMatch(/\bDate\.now\b|\bnew Date\b|\bprocess\.|\basync\b|\bawait\b/);
  });
});

test.each(sources('charts'))('%s does not import the plugin', (file) => {
  expect(
    matching(
      importsOf(file).map(({ target }) => target),
      /^plugin\//,
    ),
  ).toEqual([]);
});

test.each(sources('plugin/diff'))('%s compares and renders, and asks neither cluster nor disk nor git', (file) => {
  const edges = matching(
    importsOf(file).map(({ target }) => target),
    /^node:|^(execa|got)$|^plugin\/(edges|effects|commands)\/(?!yaml\.ts$)/,
  );
  expect(edges).toEqual([]);
});

describe('what a command loads', () => {
  const commands = sources('plugin/commands').filter((file) => file !== 'plugin/commands/synth.ts');

  test.each(['plugin/bin.ts', 'plugin/complete.ts', ...commands])('%s is without zod, cdk8s and constructs', (file) => {
    expect(matching(loadedWith(file), HEAVY)).toEqual([]);
  });

  test('the program itself is without what only a command needs', () => {
    expect(
      matching(loadedWith('plugin/bin.ts'), /^(got|execa|yaml|ws)$|^plugin\/(plan|effects|edges|commands)\//),
    ).toEqual([]);
  });

  test.each(commands.filter((file) => file !== 'plugin/commands/diff.ts'))(
    '%s is without what compares texts',
    (file) => {
      expect([...loadedWith(file)]).not.toContain('diff');
    },
  );

  test('status is without yaml and got', () => {
    expect(matching(loadedWith('plugin/commands/status.ts'), /^(yaml|got)$/)).toEqual([]);
  });

  test('a completion is without what asks kubectl, until it has to', () => {
    expect(matching(loadedWith('plugin/complete.ts'), /^(execa|got|yaml|yargs)$/)).toEqual([]);
  });
});

describe('manners', () => {
  test.each([...sources('charts'), ...sources('plugin')])('%s has at most 250 lines', (file) => {
    expect(read(file).trimEnd().split('\n').length).toBeLessThanOrEqual(250);
  });

  test.each(sources('test').filter((file) => file.endsWith('.test.ts')))('%s mocks no module of ours', (file) => {
    expect(read(file)).not.toMatch(/\b(?:jest\s*\.\s*)?(?:unstable_)?(?:mock|doMock|mockModule)\(\s*['"`]\./);
  });
});
