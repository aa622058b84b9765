import { Lexer } from 'yaml';

/**
 * Where a text has more tokens than a reader should have to hold: each takes hundreds of bytes once it is parsed, and a few
 * bytes of `[[[[` are thousands.
 *
 * @returns the offset of the first token that is too many; undefined when there is none
 */
export function overBudget(text: string, maxTokens: number): number | undefined {
  let count = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    // Byte order marks and the like, which the lexer puts in, are of no length that counts.
    count += 1;
    if (count > maxTokens) return Math.min(offset, text.length);
    offset += token.length;
  }
  return undefined;
}
