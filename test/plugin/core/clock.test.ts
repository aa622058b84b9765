import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../plugin/core/clock.js';

describe('systemClock', () => {
  test('sleeps and lets time pass', async () => {
    const started = systemClock.now();
    await systemClock.sleep(15);
    expect(systemClock.now() - started).toBeGreaterThanOrEqual(14);
  });

  test('ends a sleep with the reason of a signal, not with that of the timer', async () => {
    const stop = new AbortController();
    const sleep = systemClock.sleep(60_000, stop.signal);
    stop.abort(new Error('SIGINT'));
    await expect(sleep).rejects.toThrow('SIGINT');
  });

  test('does not begin to sleep after a signal', async () => {
    await expect(systemClock.sleep(60_000, AbortSignal.abort(new Error('SIGINT')))).rejects.toThrow('SIGINT');
  });
});
