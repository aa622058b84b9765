// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text from a Pod or a server as it may go to a terminal: control and bidirectional characters become `\u001b`-like escapes. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `1 Pod`, `2 Pods`. */
export const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** Orders texts by their code units, alike in every locale: names and RFC 3339 times. The first localeCompare takes 5 ms. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Lines of a list, numbered from 1 and aligned. */
export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `  ${String(index + 1).padStart(2)}. ${line}`).join('\n');
}
