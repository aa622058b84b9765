import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { UsageError } from '../../../../plugin/core/errors.js';
import { readRevision } from '../../../../plugin/manifests/git/git.js';
import { folderOf, temporaryFolder } from '../../temporary.js';

const manifest = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const root = temporaryFolder();
const git = async (...args: string[]) => {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main'];
  return (await execa('git', [...identity, ...args], { cwd: root })).stdout;
};
const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
};
const names = async (paths: string[], revision: string) => {
  const { objects } = await readRevision(
    paths.map((path) => join(root, path)),
    revision,
  );
  return objects.map(({ metadata }) => metadata.name);
};

beforeAll(async () => {
  await git('init', '--quiet');
  write('dist/b.yaml', manifest('b'));
  write('dist/a.yaml', `${manifest('a')}---\n${manifest('a2')}`);
  write('dist/notes.txt', 'none');
  write('dist/within/c.yaml', manifest('c'));
  write('links/a.yaml', manifest('a'));
  symlinkSync('a.yaml', join(root, 'links/b.yaml'));
  write('gone/x.yaml', manifest('x'));
  write('odd ü/[1] x.yaml', manifest('odd'));
  write('broken/x.yaml', 'a: [\n');
  await git('add', '--all');
  await git('commit', '--quiet', '--message=one');
  await git('tag', 'v1');
  rmSync(join(root, 'gone'), { recursive: true });
  write('dist/a.yaml', manifest('changed'));
  write('new/y.yaml', manifest('y'));
});

describe('the manifests of a revision', () => {
  test.each<[string, string[], string[]]>([
    ['a folder, as its files were, without those of folders within', ['dist'], ['a', 'a2', 'b']],
    ['a file', ['dist/b.yaml'], ['b']],
    ['several paths', ['dist/b.yaml', 'dist'], ['b', 'a', 'a2', 'b']],
    ['a folder that is gone since', ['gone'], ['x']],
    ['a file that is gone with its name', ['gone/../dist/b.yaml'], ['b']],
    ['a folder that is new', ['new'], []],
    ['a folder with unusual names', ['odd ü'], ['odd']],
    ['a file with an unusual name', ['odd ü/[1] x.yaml'], ['odd']],
  ])('are those of %s', async (_, paths, expected) => {
    expect(await names(paths, 'v1')).toEqual(expected);
  });

  test('are of the commit that the name stands for', async () => {
    const head = await git('rev-parse', 'HEAD');
    for (const revision of ['v1', 'HEAD', 'main', head.slice(0, 10)])
      expect(await readRevision([join(root, 'dist')], revision)).toMatchObject({ commit: head });
  });

  test.each(['nowhere', 'HEAD~9', 'v1..HEAD', 'HEAD:dist', 'v1 ; touch x', ':/'])(
    'are refused at %j, which is no commit',
    async (revision) => {
      await expect(names(['dist'], revision)).rejects.toThrow(`unknown revision "${revision}" in ${root}`);
    },
  );

  test.each(['', '-', '--output=stolen', '--all'])(
    'are refused at %j, which git would take for an option',
    async (name) => {
      await expect(names(['dist'], name)).rejects.toThrow(
        new UsageError(`invalid revision "${name}": want a branch, a tag or a commit`),
      );
    },
  );

  test('are refused for a path that never was, and for one that no repository holds', async () => {
    await expect(names(['never'], 'v1')).rejects.toThrow('does not exist, and did not at v1');
    await expect(names(['never/at/all'], 'v1')).rejects.toThrow('does not exist');
    const elsewhere = folderOf({ 'a.yaml': manifest('a') });
    await expect(readRevision([elsewhere], 'v1')).rejects.toThrow(
      `${elsewhere} is not in a git repository, which --against needs`,
    );
  });

  test('are refused with file, line and revision where they do not parse', async () => {
    await expect(names(['broken'], 'v1')).rejects.toThrow(/broken\/x\.yaml at v1:2:1: invalid YAML/);
  });

  test('are found from within a hook, to which git says where its own folder is', async () => {
    process.env.GIT_DIR = '.git';
    try {
      expect(await names(['dist'], 'v1')).toEqual(['a', 'a2', 'b']);
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  test('are refused for a symbolic link, whose text is no manifest', async () => {
    await expect(names(['links'], 'v1')).rejects.toThrow(
      'links/b.yaml at v1 is a symbolic link, which is not followed',
    );
  });

  test('that a shallow clone lacks are named as such', async () => {
    await git('commit', '--quiet', '--allow-empty', '--message=two');
    const clone = temporaryFolder();
    await execa('git', ['clone', '--quiet', '--depth=1', `file://${root}`, clone]);
    await expect(readRevision([join(clone, 'dist')], 'HEAD~1')).rejects.toThrow(
      'this clone is shallow, fetch the revision first',
    );
  });
});
