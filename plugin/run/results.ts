import type { Color } from '../../charts/names.js';

/** What became of one check of one Pod, or of a color as a whole. */
export interface CheckResult {
  readonly color: Color;
  /** Without one it was checked once for the color. */
  readonly pod?: string;
  readonly check: string;
  /** What was done: `GET /health`, `tcp 5432`, `command`. */
  readonly kind?: string;
  /** `skipped`: not run to its end, because something else failed before. */
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly seconds: number;
  readonly message?: string;
  /** What a program wrote last. */
  readonly output?: string;
}

/** The last result of every check, in the order in which they came first. */
export type CheckResults = Map<string, CheckResult>;

/** @param onResult - told each result that counts, when it is there */
export function checkResults(onResult: (result: CheckResult) => void = () => undefined): CheckResults {
  const results: CheckResults = new Map();
  const set = results.set.bind(results);
  results.set = (key, result) => {
    onResult(result);
    return set(key, result);
  };
  return results;
}

/** The last result of a check counts. A result that was skipped does not replace another one. */
export function record(results: CheckResults, result: CheckResult): void {
  const key = [result.color, result.pod ?? '', result.check].join('/');
  if (result.status !== 'skipped' || !results.has(key)) results.set(key, result);
}

/** Records a check that may not have been run to its end. */
export function skip(results: CheckResults, result: Omit<CheckResult, 'status' | 'seconds'>): void {
  record(results, { ...result, status: 'skipped', seconds: 0 });
}

/** Records a check that is asked once for a color: passed when it ends, else failed with the error's words. */
export async function recorded<T>(
  { results, clock }: { readonly results: CheckResults; readonly clock: { now(): number } },
  check: Pick<CheckResult, 'color' | 'check' | 'kind'>,
  ask: () => Promise<T>,
): Promise<T> {
  const started = clock.now();
  const result = () => ({ ...check, seconds: (clock.now() - started) / 1000 });
  try {
    const found = await ask();
    record(results, { ...result(), status: 'passed' });
    return found;
  } catch (error) {
    record(results, { ...result(), status: 'failed', message: (error as Error).message });
    throw error;
  }
}
