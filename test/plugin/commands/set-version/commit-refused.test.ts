import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { checkoutOf, type Repository, repositoryOf, SPEC, stateOf } from './checkout.js';

// A dozen runs of git each.
jest.setTimeout(60_000);

describe('set-version --commit is refused before anything is written', () => {
  const refused: [string, (repository: Repository) => unknown, RegExp, object?][] = [
    [
      'when the spec has changes that are not committed',
      ({ spec }) => writeFileSync(spec, `${SPEC}# later\n`),
      /^not committed yet: \S+shop\.yaml\ncommit, stash or discard these changes first$/,
    ],
    [
      'when a manifest has a change that is staged, and not in the file',
      async ({ manifest, git }) => {
        const text = readFileSync(manifest('green'), 'utf8');
        writeFileSync(manifest('green'), `${text}# more\n`);
        await git('add', 'dist');
        writeFileSync(manifest('green'), text);
      },
      /^not committed yet: \S+shop-green\.k8s\.yaml/,
    ],
    [
      'when git ignores the manifests',
      async ({ root, git }) => {
        writeFileSync(join(root, '.gitignore'), 'dist/\n');
        await git('rm', '--quiet', '-r', '--cached', 'dist');
        await git('add', '.gitignore');
        await git('commit', '--quiet', '--message=two');
      },
      /^git ignores \S+dist\/?\S*: leave --commit out/,
    ],
    [
      'in a repository without a commit',
      async ({ root, git }) => {
        rmSync(join(root, '.git'), { recursive: true });
        await git('init', '--quiet');
      },
      / has no commit yet: /,
    ],
    [
      'when a branch has the name',
      ({ git }) => git('branch', 'b'),
      /^branch "b" already exists in \S+: name another one with --branch$/,
      { branch: 'b' },
    ],
  ];

  test.each(refused)('%s', async (_, spoil, message, flags = {}) => {
    const repository = await repositoryOf();
    await spoil(repository);
    const before = repository.texts();
    for (const more of [{ 'dry-run': true }, {}])
      expect(await repository.setVersion(['v2'], { commit: true, ...flags, ...more })).toMatchObject({
        exitCode: 3,
        message: expect.stringMatching(message),
        out: '',
      });
    expect(repository.texts()).toEqual(before);
  });

  test('when the spec is in no repository', async () => {
    const { spec, texts, setVersion } = checkoutOf();
    const before = texts();
    expect(await setVersion(['v2'], { commit: true })).toMatchObject({
      exitCode: 3,
      message:
        `${spec} is in no git work tree, which --commit needs: not a git repository (or any of the parent directories): .git\n` +
        'leave --commit out, and commit the files yourself',
    });
    expect(texts()).toEqual(before);
  });

  test('when the manifests are outside of the repository of the spec', async () => {
    const repository = await repositoryOf();
    const outside = checkoutOf();
    const before = [await stateOf(repository), outside.texts()];
    expect(await repository.setVersion(['v2'], { commit: true, 'output-dir': outside.dist })).toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('shop-green.k8s.yaml: outside of '),
    });
    expect([await stateOf(repository), outside.texts()]).toEqual(before);
  });

  test.each(['-b', 'a..b', 'a b', 'HEAD^', 'a.lock'])(
    'when --branch is %j, which git takes for no branch',
    async (branch) => {
      const repository = await repositoryOf();
      const before = await stateOf(repository);
      expect(await repository.setVersion(['v2'], { commit: true, branch })).toMatchObject({
        exitCode: 2,
        message: `invalid branch "${branch}": git takes no such name`,
      });
      expect(await stateOf(repository)).toEqual(before);
    },
  );

  test('when there is no git', async () => {
    const { root, setVersion, texts } = checkoutOf();
    const before = texts();
    expect(await setVersion(['v2'], { commit: true }, { PATH: root })).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^cannot run git: /),
    });
    expect(texts()).toEqual(before);
  });
});
