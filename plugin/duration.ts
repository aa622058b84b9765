import { UsageError } from './errors.js';

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a duration as kubectl's flags write it: `90s`, `1m30s`, `500ms`; a bare number is seconds.
 *
 * @throws UsageError naming the flag
 */
export function parseDuration(text: string, flag: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text)
    throw new UsageError(`invalid duration "${text}" for ${flag}: want a number with a unit, like 30s or 5m`);
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ''] ?? 0), 0);
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
