import { UsageError } from './errors.js';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** kubectl is handed some of them, and its durations are nanoseconds in 64 bits. */
const LONGEST_HOURS = 2_562_047;

/**
 * Whole milliseconds of a duration as kubectl's flags write it: `90s`, `1m30s`, `16.1s`, `500ms`; a bare number is seconds.
 * A fraction of a millisecond counts as a whole one, so that no more than 0 is ever 0.
 *
 * @throws UsageError naming the flag
 */
export function parseDuration(text: string, flag: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  const isNumber = /^\d+(\.\d+)?$/.test(text);
  if (!isNumber && (parts.length === 0 || parts.map(([part]) => part).join('') !== text))
    throw new UsageError(`invalid duration "${text}" for ${flag}: want a number with a unit, like 30s or 5m`);
  const ms = isNumber
    ? Number(text) * 1000
    : parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0);
  if (ms > LONGEST_HOURS * 3_600_000)
    throw new UsageError(`invalid duration "${text}" for ${flag}: want at most ${LONGEST_HOURS}h`);
  return wholeMs(ms);
}

/** The same for what has to take some time. @throws UsageError naming the flag, also for 0 */
export function parsePositiveDuration(text: string, flag: string): number {
  const ms = parseDuration(text, flag);
  if (ms > 0) return ms;
  throw new UsageError(`invalid duration "${text}" for ${flag}: want more than none`);
}

/** 16.1 * 1000 is a little more than 16100: what is less than a nanosecond is an error of the arithmetic. */
function wholeMs(ms: number): number {
  if (ms > 0 && ms < 1) return 1;
  const nearest = Math.round(ms);
  return Math.abs(ms - nearest) < Math.max(1e-6, ms * 2 ** -50) ? nearest : Math.ceil(ms);
}

/** @throws UsageError naming the flag */
export function parseCount(text: string, flag: string, least = 1): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= least && count <= 1000) return count;
  throw new UsageError(`invalid number "${text}" for ${flag}: want a whole number from ${least} to 1000`);
}

/** @throws UsageError naming the flag */
export function parseRevision(text: string, flag: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`invalid revision "${text}" for ${flag}: want a whole number, 0 for the previous one`);
}
