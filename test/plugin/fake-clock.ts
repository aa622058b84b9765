import type { Clock } from '../../plugin/core/clock.js';

/** A clock that passes only while everybody sleeps. */
export interface FakeClock extends Clock {
  /** The machine's clock is set so many milliseconds ahead, or back. */
  stepWall(ms: number): void;
  /** Does something so many milliseconds from now. */
  after(ms: number, act: () => void): void;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Turns of the event loop without which time does not pass: what runs in this process is over by then. */
const IDLE_TURNS = 25;

/** Of `now`, which has nothing to do with the time of day. */
const START = 4321;

export function fakeClock(start = Date.parse('2026-01-02T03:04:05.000Z')): FakeClock {
  let now = START;
  let offset = start - START;
  let sleepers: Sleeper[] = [];
  let isPumping = false;

  function pump(turns: number): void {
    isPumping = sleepers.length > 0;
    if (!isPumping) return;
    if (turns < IDLE_TURNS) {
      setImmediate(pump, turns + 1);
      return;
    }
    const next = sleepers.reduce((first, one) => (one.at < first.at ? one : first));
    sleepers = sleepers.filter((one) => one !== next);
    now = Math.max(now, next.at);
    next.wake();
    setImmediate(pump, 0);
  }

  function enqueue(sleeper: Sleeper): void {
    sleepers.push(sleeper);
    if (!isPumping) setImmediate(pump, 0);
    isPumping = true;
  }

  return {
    now: () => now,
    wall: () => now + offset,
    stepWall: (ms) => {
      offset += ms;
    },
    after: (ms, act) => enqueue({ at: now + ms, wake: act }),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { at: now + ms, wake: resolve };
        enqueue(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          reject(signal.reason);
        });
      }),
  };
}
