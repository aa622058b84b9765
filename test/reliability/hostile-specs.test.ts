import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { renderRelease } from '../../charts/render.js';
import { SpecError } from '../../charts/spec/errors.js';
import { parseReleaseFile, type ReleaseFile } from '../../charts/spec/read.js';
import { recordFigure } from './support/figures.js';
import { type HostileSpec, hostileSpec } from './support/hostile-specs.js';
import { rounds, SOAK } from './support/soak.js';

jest.setTimeout(SOAK ? 3_600_000 : 300_000);

const FILE = 'releases/shop.yaml';
const RUNS = rounds(10_000, 200_000);

/** The files of a spec and of its environments; reading it again gives the same. */
function synthesized(text: string): string[] {
  const { release, environments }: ReleaseFile = parseReleaseFile(text, FILE);
  return [release, ...environments.values()].flatMap((spec) => [...renderRelease(spec)].flat());
}

/** What came of a spec. @throws whatever is no answer to a person */
function outcome({ kind, text }: HostileSpec): 'synthesized' | 'refused' {
  try {
    const files = synthesized(text);
    expect(synthesized(text)).toEqual(files);
    return 'synthesized';
  } catch (error) {
    if (!(error instanceof SpecError) || kind === 'valid') throw error;
    expect(error.issues).not.toHaveLength(0);
    for (const { file, line = 0, column = 0, message } of error.issues) {
      expect({ file, message }).toEqual({ file: FILE, message: expect.stringMatching(/\S/) });
      if (!message.startsWith('shows its first ')) expect(Math.min(line, column)).toBeGreaterThan(0);
    }
    return 'refused';
  }
}

test(`${RUNS} generated specs are synthesized, the same way twice, or refused with the place of what is wrong`, () => {
  const seen = { synthesized: 0, refused: 0 };
  let slowestMs = 0;
  const property = fc.property(hostileSpec, (spec) => {
    const started = process.cpuUsage();
    seen[outcome(spec)] += 1;
    const { user, system } = process.cpuUsage(started);
    slowestMs = Math.max(slowestMs, (user + system) / 1000);
  });
  // On demand other specs each time: fast-check says the seed of a failure.
  const result = fc.check(property, { numRuns: RUNS, ...(!SOAK && { seed: 7 }), endOnFailure: true });
  recordFigure('hostile-specs', {
    place: 7,
    promise: 'a spec is synthesized or refused with file, line and column, whatever it holds',
    tried: RUNS,
    held: seen.synthesized + seen.refused,
    unit: 'generated specs',
    also: `${seen.synthesized} synthesized, ${seen.refused} refused, the slowest in ${Math.ceil(slowestMs)} ms`,
  });
  if (result.failed) throw new Error(fc.defaultReportMessage(result), { cause: result.errorInstance });
  // Neither all valid nor all refused: the generator reaches both ways through the code.
  expect(Math.min(seen.synthesized, seen.refused)).toBeGreaterThan(RUNS / 20);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
