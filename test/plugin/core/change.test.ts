import { describe, expect, test } from '@jest/globals';
import { change, soonest } from '../../../plugin/core/change.js';
import { fakeClock } from '../fake-clock.js';

const never = new Promise<never>(() => undefined);
const signal = new AbortController().signal;

test('a change wakes everybody who waits, and nobody who comes later', async () => {
  const changed = change();
  const first = changed.next();
  const second = changed.next();
  changed.tell();
  await Promise.all([first, second]);
  let woken = false;
  void changed.next().then(() => {
    woken = true;
  });
  await new Promise(setImmediate);
  expect(woken).toBe(false);
});

describe('soonest', () => {
  test('ends with the first event', async () => {
    const clock = fakeClock();
    const start = clock.now();
    await soonest([never, Promise.resolve()], 5000, clock, signal);
    expect(clock.now()).toBe(start);
  });

  test('ends when the time has passed', async () => {
    const clock = fakeClock();
    const start = clock.now();
    await soonest([never], 5000, clock, signal);
    expect(clock.now()).toBe(start + 5000);
  });

  test('fails with an event that fails', async () => {
    const failing = Promise.reject(new Error('forbidden'));
    await expect(soonest([never, failing], undefined, fakeClock(), signal)).rejects.toThrow('forbidden');
  });

  test.each([[undefined], [5000]])('ends with the signal, waiting for %s ms', async (timeoutMs) => {
    const stop = new AbortController();
    setImmediate(() => stop.abort(new Error('SIGINT')));
    await expect(soonest([never], timeoutMs, fakeClock(), stop.signal)).rejects.toThrow('SIGINT');
    await expect(soonest([never], timeoutMs, fakeClock(), stop.signal)).rejects.toThrow('SIGINT');
  });
});
