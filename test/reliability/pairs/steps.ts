import fc from 'fast-check';
import { type Changes, changes } from './specs.js';

/** What goes wrong before a version is deployed as it is meant. */
export type Trouble =
  | { readonly kind: 'none' }
  /** The image never becomes ready, or does not pass its check, or crashes. */
  | { readonly kind: 'version'; readonly version: string }
  /** The connection is cut off at the nth request that changes something. */
  | { readonly kind: 'cut'; readonly write: number; readonly when: 'before' | 'after' };

/** The second spec of a pair, which is deployed where the one of the step before is. */
export interface Step {
  readonly spec: Changes;
  readonly trouble: Trouble;
  readonly verb: 'deploy' | 'promote';
}

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'none' as const }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('v0.3.0', 'v0.4.0', 'v0.5.0').map((version) => ({ kind: 'version' as const, version })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cut' as const),
      write: fc.nat({ max: 12 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
);

export const step: fc.Arbitrary<Step> = fc.record({
  spec: changes,
  trouble,
  verb: fc.oneof(
    { weight: 3, arbitrary: fc.constant('deploy' as const) },
    { weight: 1, arbitrary: fc.constant('promote' as const) },
  ),
});

/** The same for the same seed. */
export const stepsOf = (seed: number, count: number): Step[] => fc.sample(step, { seed, numRuns: count });
