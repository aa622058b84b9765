import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { CORPUS, make } from './support/corpus.js';
import { recordFigure } from './support/figures.js';
import { type Measured, measured } from './support/measured.js';

jest.setTimeout(120_000);

/** Of the processor, and of memory; the program alone takes about a third of either. */
const MAX_CPU_MS = 1000;
const MAX_MEGABYTES = 256;
/** Or so many times what a file takes that is refused at once: on a busy machine both take longer. */
const MAX_TIMES = 3;

/** What a terminal must never get from a file. */
const UNPRINTABLE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;

const tried: string[] = [];
const held: Measured[] = [];

/** Whether a run said in words what is wrong with a file, soon, in little memory, and wrote nothing. */
function expectRefused(name: string, file: string, folder: string, run: Measured, plain: Measured): void {
  tried.push(name);
  const { exitCode, stdout, stderr, cpuMs, megabytes } = run;
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 2, stdout: '', stderr: expect.stringMatching(/^error: /) });
  expect(stderr).toContain(file);
  expect(stderr).not.toMatch(/\n +at |TypeError|RangeError/);
  expect(stderr).not.toMatch(UNPRINTABLE);
  expect(existsSync(join(folder, 'dist'))).toBe(false);
  expect(megabytes).toBeLessThan(MAX_MEGABYTES);
  expect(cpuMs).toBeLessThan(Math.max(MAX_CPU_MS, MAX_TIMES * plain.cpuMs));
  held.push(run);
}

describe.each(Object.entries(CORPUS))('%s', (name, content) => {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-corpus-'));
  const file = 'hostile.yaml';
  make(join(folder, file), content);
  writeFileSync(join(folder, 'plain.yaml'), 'nothing: of this\n');
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ['a spec', ['synth', file]],
    ['manifests', ['diff', 'shop', '-f', file]],
  ])('is refused as %s', async (what, args) => {
    expectRefused(
      `${name} as ${what}`,
      what === 'a spec' || name !== 'a folder' ? file : 'hostile',
      folder,
      await measured(folder, args),
      await measured(folder, [...args.slice(0, -1), 'plain.yaml']),
    );
  });
});

afterAll(() => {
  const most = (of: (run: Measured) => number) => Math.ceil(Math.max(0, ...held.map(of)));
  recordFigure('hostile-files', {
    place: 7,
    promise:
      'a file that is no spec and no manifest is refused with its place, within 1 s and 256 MB, and nothing is written',
    tried: tried.length,
    held: held.length,
    unit: 'runs of the program',
    also: `at most ${most(({ cpuMs }) => cpuMs)} ms of a processor and ${most(({ megabytes }) => megabytes)} MB`,
  });
});
