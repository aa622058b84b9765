import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../../plugin/core/errors.js';
import { openJunit } from '../../../plugin/invocation/junit.js';
import type { Session } from '../../../plugin/run/session.js';
import { failure } from '../failure.js';
import { fakeRun } from '../fake-run.js';
import { invocationOf } from '../invocation.js';
import { temporaryFolder } from '../temporary.js';

const session = (run = fakeRun()): Session => ({ run, context: Promise.resolve('prod'), close: () => undefined });
const open = (path: string, more = {}) => openJunit(invocationOf([], { junit: path, ...more }));

describe('openJunit', () => {
  test('writes nothing before there is something to write, and then the whole at once', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'report.xml');
    const file = open(path);
    expect(readdirSync(folder)).toEqual([]);
    await file?.write(session(), 'verify');
    expect(readdirSync(folder)).toEqual(['report.xml']);
    expect(readFileSync(path, 'utf8')).toContain('<testsuites name="shop" tests="0"');
  });

  test('replaces the report of before', async () => {
    const path = join(temporaryFolder(), 'report.xml');
    writeFileSync(path, 'old');
    await open(path)?.write(session(), 'verify', new Error('not found'));
    expect(readFileSync(path, 'utf8')).toContain('<error message="not found">');
  });

  test.each([
    ['in no folder', (folder: string) => join(folder, 'none', 'report.xml'), 'ENOENT: no such file or directory'],
    ['a folder', (folder: string) => folder, 'it is not a file'],
    ['a device', () => '/dev/null', 'it is not a file'],
    ['within a file', (folder: string) => join(folder, 'file', 'report.xml'), 'ENOTDIR: not a directory'],
    ['empty', () => '', 'it is not a file'],
  ])('refuses a path that is %s, before anything is done', (_, pathIn, why) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    const path = pathIn(folder);
    expect(() => open(path)).toThrow(failure(UsageError, `cannot write --junit=${path}: ${why}`));
  });

  test('of a dry run is none, but its path must do', async () => {
    expect(open(join(temporaryFolder(), 'r.xml'), { 'dry-run': true })).toBeUndefined();
    expect(() => open('/none/r.xml', { 'dry-run': true })).toThrow(UsageError);
  });

  test('is none without the flag', async () => {
    expect(openJunit(invocationOf())).toBeUndefined();
  });

  test('warns when the file cannot be written any more: the run itself went as it went', async () => {
    const path = join(temporaryFolder(), 'report.xml');
    const file = open(path);
    mkdirSync(path);
    const run = fakeRun();
    await file?.write(session(run), 'verify');
    expect(run.log).toEqual([expect.stringMatching(/^warn cannot write the JUnit report: /)]);
    expect(readdirSync(dirname(path))).toEqual(['report.xml']);
  });

  test('leaves what a link leads to', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'other'), 'other');
    symlinkSync(join(folder, 'other'), join(folder, 'report.xml'));
    await open(join(folder, 'report.xml'))?.write(session(), 'verify');
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('other');
  });
});
