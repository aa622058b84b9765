/** What Node's timers take at most: they end at once when given more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A timer that has not acted yet. */
export interface Timer {
  stop(): void;
}

export interface TimerOptions {
  /** Whether the process may end before the timer does. */
  readonly unref?: boolean;
}

/**
 * Acts once, after any number of milliseconds: fractions of one, more than Node's timers take, Infinity for never.
 * It never acts early, and never in the same turn of the event loop, whatever the wall clock does.
 *
 * @param ms - less than 0 is 0
 */
export function startTimer(ms: number, act: () => void, { unref = false }: TimerOptions = {}): Timer {
  const end = performance.now() + Math.max(ms, 0);
  let timer: NodeJS.Timeout | undefined;
  const arm = () => {
    const left = Math.ceil(end - performance.now());
    timer = setTimeout(() => (performance.now() < end ? arm() : act()), Math.min(Math.max(left, 1), LONGEST_TIMER_MS));
    if (unref) timer.unref();
  };
  arm();
  return { stop: () => clearTimeout(timer) };
}

/** A signal with its own end, for what has to be over in time. */
export interface TimeLimit {
  /** Aborted with a TimeLimitError when the time has passed. */
  readonly signal: AbortSignal;
  /** To be called when what was limited has ended. */
  stop(): void;
}

/** A time limit has passed. */
export class TimeLimitError extends Error {
  override name = 'TimeLimitError';
}

/** @param ms - as `startTimer` takes them; undefined is no limit */
export function limitTime(ms: number | undefined): TimeLimit {
  const controller = new AbortController();
  const late = () => controller.abort(new TimeLimitError(`not over in ${(ms ?? 0) / 1000}s`));
  const timer = ms === undefined ? undefined : startTimer(ms, late);
  return { signal: controller.signal, stop: () => timer?.stop() };
}

/**
 * What is promised, if it comes in time; it is not cancelled.
 *
 * @throws TimeLimitError when it did not
 */
export async function inTime<T>(ms: number, promised: Promise<T>): Promise<T> {
  const limit = limitTime(ms);
  const late = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
  });
  try {
    return await Promise.race([promised, late]);
  } finally {
    limit.stop();
  }
}
