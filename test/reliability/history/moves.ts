import * as fc from 'fast-check';
import type { Boundary, Fault } from '../support/faults.js';
import { statusAnswer } from '../support/faults.js';

/** One command of a history, and what is done to it. */
export interface Move {
  readonly argv: readonly string[];
  /** Cut off by SIGKILL when it comes to this request. */
  readonly kill?: { readonly request: number; readonly boundary: Boundary };
  /** What becomes of one of its requests. */
  readonly fault?: { readonly request: number; readonly fault: Fault };
}

/** Commands at once; the next ones begin when all have ended. */
export interface Round {
  readonly moves: readonly Move[];
  /**
   * At this request of the first command its Lease is deleted and the others begin, so that nothing but the guards of their
   * patches keeps them apart. Without it all begin together.
   */
  readonly loseLeaseAt?: number;
}

/** v0.3.0 fails its health check, v0.4.0 ends at once: no request of a client may ever reach them. */
export const SOUND = ['v0.1.0', 'v0.2.0'];
const VERSIONS = [...SOUND, ...SOUND, 'v0.3.0', 'v0.4.0'];

const PATIENCE = '--timeout=30s';

const version = fc.constantFrom(...VERSIONS).map((name) => `--version=${name}`);
const command = fc.oneof(
  { weight: 4, arbitrary: fc.constant(['promote', '--yes', PATIENCE]) },
  { weight: 3, arbitrary: version.map((flag) => ['promote', '--yes', flag, PATIENCE]) },
  { weight: 3, arbitrary: fc.constant(['rollback', PATIENCE]) },
  { weight: 2, arbitrary: version.map((flag) => ['deploy', flag, PATIENCE]) },
  { weight: 2, arbitrary: fc.constant(['cleanup']) },
);

/** A promote of a warm color sends about 50 requests; a number beyond the last one leaves the run alone. */
const request = fc.nat(60);
const kill = fc.record({ request, boundary: fc.constantFrom<Boundary>('before', 'after', 'answered') });
const fault = fc.record({
  request,
  fault: fc.constantFrom<Fault>(
    statusAnswer(409, 'Conflict'),
    statusAnswer(429, 'TooManyRequests', { 'retry-after': '1' }),
    statusAnswer(500, 'InternalError'),
    statusAnswer(503, 'ServiceUnavailable'),
    { kind: 'reset', when: 'before' },
    { kind: 'reset', when: 'after' },
    { kind: 'truncate' },
    { kind: 'twice' },
  ),
});

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: command.map((argv) => ({ argv })) },
  { weight: 3, arbitrary: fc.record({ argv: command, kill }) },
  { weight: 3, arbitrary: fc.record({ argv: command, fault }) },
);

const several = fc.array(move, { minLength: 2, maxLength: 3 });
const round: fc.Arbitrary<Round> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(move).map((moves) => ({ moves })) },
  { weight: 1, arbitrary: several.map((moves) => ({ moves })) },
  { weight: 3, arbitrary: fc.record({ moves: several, loseLeaseAt: fc.integer({ min: 1, max: 50 }) }) },
);

/** The same rounds for the same seed. */
export const roundsOf = (seed: number, count: number): Round[] => fc.sample(round, { seed, numRuns: count });
