import type { Color } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { Run } from './context.js';
import { readyPods } from './ready-pods.js';

/** What a step found that a person had decided to pass over. */
export interface Forced {
  /** Why it would have been refused. */
  readonly forced: string;
}

/**
 * Does something of which a refusal only counts unless a person has decided otherwise: then it is told and recorded.
 *
 * @throws RefusedError all the same when the color has no ready Pod: then nothing would get the traffic
 */
export async function unlessForced<T>(
  run: Run,
  { force, color }: { readonly force?: true | undefined; readonly color: Color },
  act: () => Promise<T>,
): Promise<T | Forced> {
  try {
    return await act();
  } catch (error) {
    if (!force || !(error instanceof RefusedError)) throw error;
    await readyPods(run, color, { prepared: 1, all: false });
    const why = error.message;
    tellForced(run, why);
    run.forced.push(why);
    return { forced: why };
  }
}

export const tellForced = ({ reporter }: Run, why: string): void =>
  reporter.warn(`passed over, as --force says: ${why}`);
