/** How far a log was told, so that it can be read again from there and no line is told twice. */
export interface LogPosition {
  /** The time of the last line; undefined before the first. */
  readonly last: string | undefined;
  /** The log is read again, from the second of the last line or before it. */
  again(): void;
  /** Whether a line is a new one, which then is the last. */
  advance(at: string | undefined): boolean;
}

export function logPosition(): LogPosition {
  let last: string | undefined;
  let toldAtLast = 0;
  let seenAtLast = 0;
  let isAgain = false;
  return {
    get last() {
      return last;
    },
    again() {
      isAgain = last !== undefined;
      seenAtLast = 0;
    },
    advance(at) {
      if (at === undefined) return true;
      if (isAgain && last !== undefined && at < last) return false;
      if (at === last) {
        seenAtLast += 1;
        if (isAgain && seenAtLast <= toldAtLast) return false;
        toldAtLast = seenAtLast;
        return true;
      }
      // From the first new line on, a clock that was set back hides nothing.
      isAgain = false;
      last = at;
      toldAtLast = seenAtLast = 1;
      return true;
    },
  };
}
