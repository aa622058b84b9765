import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { COMMITTED, filesOf, repositoryOf, SPEC, stateOf } from './checkout.js';

// A dozen runs of git each.
jest.setTimeout(60_000);

describe('set-version --commit', () => {
  test('commits the files that it wrote, on the branch that is checked out', async () => {
    const repository = await repositoryOf();
    const { git, spec, manifest, setVersion } = repository;
    const { exitCode, out } = await setVersion(['v2'], { commit: true });
    expect(exitCode).toBe(0);
    const head = await git('rev-parse', 'HEAD');
    expect(out).toBe(`${spec} written\n${manifest('green')} written\ncommit/${head.slice(0, 12)} created\n`);
    expect(await filesOf(repository)).toEqual(COMMITTED);
    expect(await git('log', '--format=%s %D')).toBe('shop: green to v2 HEAD -> main\none ');
    expect(await git('status', '--porcelain')).toBe('');
  });

  test('leaves what else is changed, staged or new as it was', async () => {
    const repository = await repositoryOf();
    const { root, git, setVersion } = repository;
    writeFileSync(join(root, 'notes.txt'), 'staged\n');
    writeFileSync(join(root, 'new.txt'), 'staged\n');
    await git('add', 'notes.txt', 'new.txt');
    writeFileSync(join(root, 'notes.txt'), 'changed again\n');
    writeFileSync(join(root, 'other.txt'), 'changed\n');
    writeFileSync(join(root, 'untracked.txt'), 'new\n');
    const before = [await git('status', '--porcelain'), await git('diff', '--cached'), await git('diff')];
    expect(before[0]).toBe('A  new.txt\nMM notes.txt\n M other.txt\n?? untracked.txt');
    expect(await setVersion(['v2'], { commit: true })).toMatchObject({ exitCode: 0 });
    expect(await filesOf(repository)).toEqual(COMMITTED);
    expect([await git('status', '--porcelain'), await git('diff', '--cached'), await git('diff')]).toEqual(before);
  });

  test('creates the branch of --branch first, also from a HEAD without one', async () => {
    const repository = await repositoryOf();
    const { root, git, setVersion } = repository;
    writeFileSync(join(root, 'other.txt'), 'changed\n');
    const main = await git('rev-parse', 'main');
    await git('checkout', '--quiet', '--detach');
    const { out } = await setVersion(['v2'], { commit: true, branch: 'green/v2' });
    expect(out).toMatch(/^branch\/green\/v2 created\n/);
    expect(await git('log', '--format=%s %D')).toBe('shop: green to v2 HEAD -> green/v2\none main');
    expect(await git('rev-parse', 'main')).toBe(main);
    expect(await git('status', '--porcelain')).toBe(' M other.txt');
  });

  test('names the environment in the message', async () => {
    const { git, setVersion } = await repositoryOf(`${SPEC}environments:\n  dev: {namespace: dev}\n`);
    const { out } = await setVersion(['v2'], { commit: true, environment: 'dev', output: 'json' });
    expect(JSON.parse(out)).toMatchObject({ environment: 'dev', commit: await git('rev-parse', 'HEAD') });
    expect(await git('log', '-1', '--format=%s')).toBe('shop in dev: green to v2');
  });

  test('commits the spec that a link leads to, from a folder that is reached by a link', async () => {
    const repository = await repositoryOf();
    const { root, git, setVersion } = repository;
    symlinkSync('shop.yaml', join(root, 'link.yaml'));
    symlinkSync('dist', join(root, 'out'));
    const flags = { commit: true, spec: join(root, 'link.yaml'), 'output-dir': join(root, 'out') };
    expect(await setVersion(['v2'], flags)).toMatchObject({ exitCode: 0 });
    expect(await filesOf(repository)).toEqual(COMMITTED);
    expect(await git('status', '--porcelain')).toBe('?? link.yaml\n?? out');
  });

  test('is not misled by the variables of a hook in another repository', async () => {
    const [repository, elsewhere] = [await repositoryOf(), await repositoryOf()];
    const env = { GIT_DIR: join(elsewhere.root, '.git'), GIT_INDEX_FILE: join(elsewhere.root, '.git', 'index') };
    const before = await stateOf(elsewhere);
    expect(await repository.setVersion(['v2'], { commit: true }, env)).toMatchObject({ exitCode: 0 });
    expect(await filesOf(repository)).toEqual(COMMITTED);
    expect(await stateOf(elsewhere)).toEqual(before);
  });

  test('says with --dry-run what it would do, and changes nothing', async () => {
    const repository = await repositoryOf();
    const before = await stateOf(repository);
    const { out } = await repository.setVersion(['v2'], { commit: true, branch: 'b', 'dry-run': true });
    expect(out).toContain('   1. create branch b\n');
    expect(out).toContain('   4. commit these files: "shop: green to v2"\n');
    expect(await stateOf(repository)).toEqual(before);
  });
});
