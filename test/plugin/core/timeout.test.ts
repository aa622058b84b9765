import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from '../../../plugin/core/clock.js';
import { parseDuration } from '../../../plugin/core/duration.js';
import { UsageError } from '../../../plugin/core/errors.js';
import { inTime, limitTime, startTimer, TimeLimitError } from '../../../plugin/core/timeout.js';
import { duration } from '../durations.js';

const RUNS = { numRuns: 300 };

describe('a duration', () => {
  const UNITS = { ms: 1n, s: 1000n, m: 60_000n, h: 3_600_000n };
  /** Exactly, in a hundred-thousandth of a millisecond. */
  const exact = (text: string): bigint =>
    [...(/[a-z]/.test(text) ? text : `${text}s`).matchAll(/(\d+)(?:\.(\d+))?(ms|s|m|h)/g)]
      .map(([, whole, fraction = '', unit]) => BigInt(whole + fraction.padEnd(5, '0')) * UNITS[unit as 'ms'])
      .reduce((sum, one) => sum + one);

  test('is whole milliseconds, never fewer than it says, and not one more', () => {
    fc.assert(
      fc.property(duration, (text) => {
        const ms = parseDuration(text, '--timeout');
        expect(Number.isSafeInteger(ms)).toBe(true);
        const wanted = (exact(text) + 99_999n) / 100_000n;
        expect(BigInt(ms)).toBe(wanted);
      }),
      RUNS,
    );
  });

  test('survives being seconds, as policies have it', () => {
    fc.assert(
      fc.property(duration, (text) => {
        const ms = parseDuration(text, '--timeout');
        expect(Math.abs((ms / 1000) * 1000 - ms)).toBeLessThan(0.01);
      }),
      RUNS,
    );
  });

  test.each(['2562048h', '99999999999999999999s', `${'9'.repeat(400)}s`, '9'.repeat(400)])(
    'that kubectl could not take is refused: %s',
    (text) => {
      expect(() => parseDuration(text, '--timeout')).toThrow(UsageError);
      expect(() => parseDuration(text, '--timeout')).toThrow('for --timeout: want at most 2562047h');
    },
  );
});

describe('a timer', () => {
  beforeEach(() => {
    // As Node does, it ends a timer at once that is longer than 2^31-1 ms.
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  /** In parts, since nanoseconds of more do not fit into a number. */
  function advance(ms: number): void {
    for (let left = ms; left > 0; left -= 1e9) jest.advanceTimersByTime(Math.min(left, 1e9));
  }

  /** Whether it acts at the time, not a millisecond before, and not without a turn of the event loop. */
  function holds(ms: number, start: (act: () => void) => void): void {
    let acted = 0;
    start(() => acted++);
    expect(acted).toBe(0);
    const whole = Math.max(Math.ceil(ms - 1e-2), 1);
    advance(whole - 1);
    expect(acted).toBe(0);
    jest.advanceTimersByTime(2);
    expect(acted).toBe(1);
  }

  test('acts after every duration that a flag takes, whole or as seconds, and not earlier', () => {
    fc.assert(
      fc.property(duration, (text) => {
        const ms = parseDuration(text, '--timeout');
        holds(ms, (act) => startTimer(ms, act));
        holds((ms / 1000) * 1000, (act) => startTimer((ms / 1000) * 1000, act));
      }),
      { numRuns: 100 },
    );
  });

  test.each([0, 0.1, 16.1, 16_100.000000000002, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 0.5, 600 * 3_600_000, 9e12])(
    'acts after %d ms, and not earlier',
    (ms) => {
      holds(ms, (act) => startTimer(ms, act));
    },
  );

  test('never acts when the time is Infinity, or when it was stopped', () => {
    let acted = 0;
    startTimer(Number.POSITIVE_INFINITY, () => acted++);
    startTimer(3e9, () => acted++).stop();
    const late = startTimer(3e9, () => acted++);
    advance(2.5e9);
    late.stop();
    advance(9e9);
    expect(acted).toBe(0);
  });

  test('takes no notice of a wall clock that is set', () => {
    holds(5000, (act) => {
      startTimer(5000, act);
      jest.setSystemTime(Date.now() - 3_600_000);
    });
    holds(5000, (act) => {
      startTimer(5000, act);
      jest.setSystemTime(Date.now() + 3_600_000);
    });
  });

  test('limits a time, by a signal of its own', () => {
    const limit = limitTime(600 * 3_600_000);
    advance(599 * 3_600_000);
    expect(limit.signal.aborted).toBe(false);
    advance(3_600_000);
    expect(limit.signal.reason).toBeInstanceOf(TimeLimitError);
    const [none, stopped] = [limitTime(undefined), limitTime(1000)];
    stopped.stop();
    advance(9e9);
    expect([none.signal.aborted, stopped.signal.aborted]).toEqual([false, false]);
  });

  test('gives what comes in time, and ends the wait for what does not', async () => {
    await expect(inTime(1000, Promise.resolve('here'))).resolves.toBe('here');
    const late = inTime(1000, new Promise(() => undefined));
    late.catch(() => undefined);
    jest.advanceTimersByTime(1001);
    await expect(late).rejects.toThrow(TimeLimitError);
  });
});

describe('a sleep', () => {
  test.each([0, -5, 0.4])('of %d ms lets the event loop turn', async (ms) => {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    await systemClock.sleep(ms);
    expect(turned).toBe(true);
  });

  test('is never shorter than it says, by the same clock', async () => {
    for (let ms = 0; ms < 20; ms += 0.7) {
      const started = performance.now();
      await systemClock.sleep(ms);
      expect(performance.now() - started).toBeGreaterThanOrEqual(ms);
    }
  });
});
