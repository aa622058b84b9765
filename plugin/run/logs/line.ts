import type { Color } from '../../../charts/names.js';
import { printable } from '../../core/text.js';

/** A line of a container's log. */
export interface LogLine {
  /** When it was written, in UTC with nanoseconds, so that times compare as texts; undefined for what the kubelet says. */
  readonly at: string | undefined;
  readonly text: string;
}

const STAMPED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?(.*)$/s;

/** Reads a line of a log that was asked for with `timestamps=true`. */
export function readLogLine(line: string): LogLine {
  const [, seconds = '', fraction = '', zone = '', text = ''] = STAMPED.exec(line) ?? [];
  if (!seconds) return { at: undefined, text: withoutReturn(line) };
  // Kubelets write their own time zone.
  const utc = zone === 'Z' ? seconds : new Date(`${seconds}${zone}`).toISOString().slice(0, seconds.length);
  return { at: `${utc}.${fraction.padEnd(9, '0')}Z`, text: withoutReturn(text) };
}

const withoutReturn = (text: string) => (text.endsWith('\r') ? text.slice(0, -1) : text);

/** A time as `at` of a line has it, to compare with. */
export function timeOfLine(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000000Z');
}

/** Which container of which Pod a line is from. */
export interface Source {
  readonly color: Color;
  readonly pod: string;
  readonly container: string;
}

export interface LineStyle {
  readonly json: boolean;
  readonly prefix: boolean;
  readonly timestamps: boolean;
  /** Whether the prefix names the container. */
  readonly containers: boolean;
  readonly colored: boolean;
}

const ANSI: Record<Color, number> = { blue: 34, green: 32 };

/** A line as it is printed, with its line feed; nothing that a Pod wrote can steer a terminal. */
export function lineText({ at, text }: LogLine, source: Source, style: LineStyle): string {
  const { color, pod, container } = source;
  // An escape of printable() is one of JSON as well, and stands for the same character.
  if (style.json) return `${printable(JSON.stringify({ time: at ?? null, color, pod, container, line: text }))}\n`;
  const name = `[${color} ${pod}${style.containers ? ` ${container}` : ''}]`;
  const prefix = style.colored ? `\u001b[${ANSI[color]}m${name}\u001b[0m ` : `${name} `;
  const time = style.timestamps && at ? `${at} ` : '';
  return `${style.prefix ? prefix : ''}${time}${printable(text)}\n`;
}
