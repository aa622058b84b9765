import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { programs } from '../../operations/build/programs.js';
import { temporaryFolder } from '../../temporary.js';
import { COMMITTED, filesOf, gitProgram, type Repository, repositoryOf, stateOf } from './checkout.js';

// A dozen runs of git each.
jest.setTimeout(60_000);

const URL = 'https://example.com/shop/pull/7';
const BRANCH = 'shop-green-v2';
let git = '';
beforeAll(async () => {
  git = await gitProgram();
});

/** A repository with a remote, and gh as a script that keeps its arguments; undefined: no gh. */
async function remoteOf(gh: string | undefined = `echo "Creating pull request" >&2; echo ${URL}`) {
  const log = join(temporaryFolder(), 'log');
  writeFileSync(log, '');
  const script = `[ "$1" = --version ] && exit\nfor arg in "$@"; do echo "$arg" >> ${log}; done\n${gh}`;
  // What hooks and pushing need besides git, and no gh of this machine.
  const { path } = programs({ git: `exec ${git} "$@"`, ...(gh !== undefined && { gh: script }) });
  const repository = await repositoryOf();
  const remote = temporaryFolder();
  await repository.git('init', '--quiet', '--bare', remote);
  await repository.git('remote', 'add', 'origin', remote);
  await repository.git('push', '--quiet', 'origin', 'main');
  return {
    ...repository,
    remote,
    asked: () => readFileSync(log, 'utf8').split('\n').slice(0, -1),
    onRemote: (name = BRANCH) => repository.git('--git-dir', remote, 'log', '--format=%s', `refs/heads/${name}`),
    propose: (flags = {}, args = ['v2']) => repository.setVersion(args, { pr: true, ...flags }, { PATH: path }),
  };
}

describe('set-version --pr', () => {
  test('commits on a branch of its own, pushes it, and opens a pull request into the branch it came from', async () => {
    const repository = await remoteOf();
    const { root, spec, manifest, asked, onRemote, propose } = repository;
    writeFileSync(join(root, 'other.txt'), 'changed\n');
    const { exitCode, out, err } = await propose();
    const head = (await repository.git('rev-parse', 'HEAD')).slice(0, 12);
    expect({ exitCode, out, err }).toEqual({
      exitCode: 0,
      out:
        `branch/${BRANCH} created\n${spec} written\n${manifest('green')} written\ncommit/${head} created\n` +
        `branch/${BRANCH} pushed\n${URL} created\n`,
      err: `• push branch ${BRANCH} to origin\n• open a pull request\n`,
    });
    expect(await filesOf(repository)).toEqual(COMMITTED);
    expect(await onRemote()).toBe('shop: green to v2\none');
    expect(await repository.git('status', '--short', '--branch')).toBe(`## ${BRANCH}...origin/${BRANCH}\n M other.txt`);
    expect(asked()).toEqual([
      'pr',
      'create',
      `--head=${BRANCH}`,
      '--title=shop: green to v2',
      expect.stringMatching(/^--body=.*Traffic is on blue, as the spec says, and stays there/),
      '',
      expect.stringContaining('kubectl bluegreen promote shop'),
      '--base=main',
    ]);
  });

  test('takes the branch of --branch, and gives one document with -o json', async () => {
    const { git: run, onRemote, propose } = await remoteOf();
    const { out } = await propose({ branch: 'next', output: 'json' });
    const commit = await run('rev-parse', 'next');
    expect(JSON.parse(out)).toMatchObject({ phase: 'complete', branch: 'next', commit, pullRequest: URL, exitCode: 0 });
    expect(await onRemote('next')).toBe('shop: green to v2\none');
  });

  test.each([
    ['a HEAD without a branch', ['checkout', '--quiet', '--detach']],
    ['a branch that the remote does not have', ['switch', '--quiet', '--create', 'mine']],
  ])('leaves what it is merged into to gh on %s', async (_, command) => {
    const { git: run, asked, propose } = await remoteOf();
    await run(...command);
    expect(await propose()).toMatchObject({ exitCode: 0 });
    expect(asked().filter((arg) => arg.startsWith('--base'))).toEqual([]);
  });

  test('says with --dry-run what it would do, and changes nothing', async () => {
    const repository = await remoteOf();
    const before = await stateOf(repository);
    const { out } = await repository.propose({ 'dry-run': true });
    expect(out).toMatch(
      /1\. create branch shop-green-v2\n[\s\S]*5\. push branch shop-green-v2 to origin\n +6\. open a pull request into main with gh\n$/,
    );
    expect([await stateOf(repository), repository.asked()]).toEqual([before, []]);
  });

  type Remote = Awaited<ReturnType<typeof remoteOf>>;
  const refused: [string, (repository: Remote) => unknown, RegExp][] = [
    [
      'there is no remote',
      ({ git: run }) => run('remote', 'remove', 'origin'),
      /has no remote for --pr\n.*git remote add/,
    ],
    [
      'it is not clear which remote',
      ({ git: run, remote }) => run('remote', 'rename', 'origin', 'a').then(() => run('remote', 'add', 'b', remote)),
      /has remotes a, b and none named origin for --pr\n.*git config remote\.pushDefault NAME/,
    ],
    [
      'the remote does not answer',
      ({ git: run }) => run('remote', 'set-url', 'origin', '/nowhere'),
      /^git ls-remote failed: '\/nowhere' does not appear to be a git repository/,
    ],
    [
      'the remote has the branch',
      ({ git: run }) => run('push', '--quiet', 'origin', `main:${BRANCH}`),
      /^branch "shop-green-v2" already exists in remote "origin": name another one with --branch$/,
    ],
    ['the branch is there', ({ git: run }) => run('branch', BRANCH), /^branch "shop-green-v2" already exists in /],
    [
      'the spec is changed',
      ({ spec }: Repository) => writeFileSync(spec, `${readFileSync(spec, 'utf8')}#\n`),
      /^not committed yet/,
    ],
  ];

  test.each(refused)('is refused before anything is written when %s', async (_, spoil, message) => {
    const repository = await remoteOf();
    await spoil(repository);
    const before = await stateOf(repository);
    expect(await repository.propose()).toMatchObject({ exitCode: 3, message: expect.stringMatching(message), out: '' });
    expect([await stateOf(repository), repository.asked()]).toEqual([before, []]);
  });

  test('is refused before anything is written when there is no gh, with what to do', async () => {
    const repository = await remoteOf('');
    const { path } = programs({ git: `exec ${git} "$@"` });
    const before = await stateOf(repository);
    expect(await repository.setVersion(['v2'], { pr: true }, { PATH: path })).toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^gh not found on PATH: .*\n.*--commit --branch=NAME, push the branch/),
      out: '',
    });
    expect(await stateOf(repository)).toEqual(before);
  });

  test('keeps the commit when the push fails, and says how to go on', async () => {
    const repository = await remoteOf();
    writeFileSync(join(repository.remote, 'hooks', 'pre-receive'), '#!/bin/sh\necho "closed today" >&2; exit 1\n', {
      mode: 0o755,
    });
    const { exitCode, message, out } = await repository.propose({ output: 'json' });
    expect(exitCode).toBe(3);
    expect(message).toMatch(/^git push failed: [\s\S]*closed today/);
    expect(message).toMatch(
      /\nthe commit is on branch "shop-green-v2": run "git push --set-upstream origin shop-green-v2" and "gh pr create --head=shop-green-v2"$/,
    );
    expect(JSON.parse(out)).toMatchObject({
      phase: 'failed',
      branch: BRANCH,
      commit: await repository.git('rev-parse', BRANCH),
      exitCode: 3,
    });
    expect(repository.asked()).toEqual([]);
  });

  test('says how to go on when gh fails: the branch is pushed', async () => {
    const { onRemote, propose } = await remoteOf('echo "not logged in" >&2; exit 4');
    expect(await propose()).toMatchObject({
      exitCode: 3,
      message: `branch "${BRANCH}" is pushed, and no pull request was opened: not logged in\nrun "gh pr create --head=${BRANCH}"`,
    });
    expect(await onRemote()).toBe('shop: green to v2\none');
  });
});
