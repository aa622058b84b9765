import { printable } from '../../core/text.js';

/** Text in a line or a table's cell of GitHub's markdown: nothing in it is markup, a mention or a link to an issue. */
export function escapeMarkdown(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .split(' ')
    .map((word) => (/[@#]|:\/\//.test(word) ? code(word) : escapeCharacters(word)))
    .join(' ');
}

/** Text as code, of which neither a backtick nor a pipe breaks out. */
export const code = (text: string): string => `<code>${escapeCharacters(printable(text).replace(/\s+/g, ' '))}</code>`;

const escapeCharacters = (text: string) => text.replace(/[&<`|*_~\\[\]$]/g, (c) => `&#${c.charCodeAt(0)};`);

/** A block of code that no line of the content ends: its fence is longer than any run of backticks within. */
export function fenced(language: string, content: string): string {
  const longest = Math.max(2, ...(content.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${content}\n${fence}`;
}
