import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { programs } from '../../operations/build/programs.js';
import { COMMITTED, filesOf, gitProgram, type Repository, repositoryOf, stateOf } from './checkout.js';

// A dozen runs of git each.
jest.setTimeout(60_000);

describe('a commit that git refuses', () => {
  const hook = ({ root }: Repository, name: string, script: string) => {
    writeFileSync(join(root, '.git', 'hooks', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(root, '.git', 'hooks', name), 0o755);
  };

  test.each([{}, { branch: 'b' }])('leaves everything as it was, with %j', async (flags) => {
    const repository = await repositoryOf();
    const { root, git, setVersion } = repository;
    hook(repository, 'pre-commit', 'echo "no commits on Fridays" >&2; exit 1');
    writeFileSync(join(root, 'notes.txt'), 'staged\n');
    await git('add', 'notes.txt');
    writeFileSync(join(root, 'other.txt'), 'changed\n');
    const before = await stateOf(repository);
    expect(await setVersion(['v2'], { commit: true, ...flags, output: 'json' })).toMatchObject({
      exitCode: 3,
      message: 'git commit failed: no commits on Fridays',
      out: expect.stringContaining('"phase": "failed"'),
    });
    expect(await stateOf(repository)).toEqual(before);
  });

  test('leaves everything as it was when the branch cannot be created', async () => {
    const repository = await repositoryOf();
    await repository.git('branch', 'b');
    const before = await stateOf(repository);
    expect(await repository.setVersion(['v2'], { commit: true, branch: 'b/c' })).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^git switch failed: /),
    });
    expect(await stateOf(repository)).toEqual(before);
  });

  test('says what could not be put back', async () => {
    const repository = await repositoryOf();
    // The branch that was checked out before is gone.
    hook(repository, 'pre-commit', 'git update-ref -d refs/heads/main; exit 1');
    const before = repository.texts();
    expect(await repository.setVersion(['v2'], { commit: true, branch: 'b' })).toMatchObject({
      exitCode: 8,
      message: expect.stringMatching(/\nnot put back: branch b$/),
    });
    expect(repository.texts()).toEqual(before);
  });

  test('is told apart from a failure after the commit', async () => {
    const repository = await repositoryOf();
    const { path } = programs({ git: `${await gitProgram()} "$@"\ncase "$*" in *--only*) exit 1;; esac` });
    const env = { PATH: `${path}:${process.env.PATH}` };
    expect(await repository.setVersion(['v2'], { commit: true }, env)).toMatchObject({ exitCode: 0 });
    expect(await filesOf(repository)).toEqual(COMMITTED);
  });
});
