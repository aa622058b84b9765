import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { makePrivateFolder } from '../../../plugin/core/private-folder.js';
import { folderOf } from '../temporary.js';

const WANTED = { prefix: 'bluegreen-test-', purpose: 'a test' };
const made: string[] = [];
const home = folderOf({ file: '' });

/** @returns the folder in which it was made */
function make(env: NodeJS.ProcessEnv, socket?: string): string {
  const folder = makePrivateFolder({ ...WANTED, ...(socket !== undefined && { socket }) }, env);
  made.push(folder);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  return dirname(folder);
}

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

describe('makePrivateFolder', () => {
  test.each([{ TMPDIR: home }, { TMPDIR: '', TMP: home }, { TEMP: home, XDG_RUNTIME_DIR: '/run' }])(
    'makes it where temporary files belong: %j',
    (env) => {
      expect(make(env, 'api.sock')).toBe(home);
    },
  );

  test.each([{}, { XDG_RUNTIME_DIR: home }])('makes it in /tmp where no variable names a place: %j', (env) => {
    expect(make(env, 'api.sock')).toBe('/tmp');
  });

  const long = (part: string) => {
    const path = join(home, part);
    mkdirSync(path, { recursive: true });
    return path;
  };

  test.each([
    ['is missing', join(home, 'missing')],
    ['is a file', join(home, 'file')],
    ['has too long a path for a socket', long('x'.repeat(120))],
    ['has too long a path for a socket, in bytes', long('é'.repeat(36))],
  ])('makes it elsewhere where TMPDIR %s', (_, TMPDIR) => {
    expect(make({ TMPDIR }, 'api.sock')).toBe('/tmp');
    expect(make({ TMPDIR, XDG_RUNTIME_DIR: home }, 'api.sock')).toBe(home);
    expect(make({ TMPDIR, XDG_RUNTIME_DIR: join(home, 'missing too') }, 'api.sock')).toBe('/tmp');
  });

  test('has no need of a short path without a socket', () => {
    const TMPDIR = long('x'.repeat(120));
    expect(make({ TMPDIR })).toBe(TMPDIR);
  });

  test('says of each place why it does not do', () => {
    const env = { TMPDIR: '/nonexistent', XDG_RUNTIME_DIR: join(home, 'file') };
    // A prefix that no folder can have.
    const wanted = { ...WANTED, prefix: 'none/such-' };
    const words = [
      'cannot make a folder for a test in TMPDIR "/nonexistent": ENOENT: no such file or directory; ',
      `in XDG_RUNTIME_DIR "${join(home, 'file')}": ENOTDIR: not a directory; `,
      'in "/tmp": ENOENT: no such file or directory\n',
      'set TMPDIR to a folder that you may write to',
    ].join('');
    expect(() => makePrivateFolder(wanted, env)).toThrow(new RefusedError(words));
  });
});
