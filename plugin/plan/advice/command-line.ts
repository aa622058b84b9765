/** A command as it is printed for a person, taken apart again: what is planned is what a shell would run. */
export interface PrintedCommand {
  /** Without flags: `['kubectl', 'bluegreen', 'promote', 'shop']`. */
  readonly words: readonly string[];
  /** By their names without dashes; of a flag without a value an empty text, of one given twice the last. */
  readonly flags: ReadonlyMap<string, string>;
}

/** Flags whose value is the next word, as remedies print them. */
const WITH_VALUE = new Set(['-n', '-f', '-p', '-l']);

/** The commands of a line, which may be joined by `&&` or `|`. */
export function readCommands(line: string): PrintedCommand[] {
  const commands: string[][] = [[]];
  for (const word of shellWords(line)) {
    if (word === '&&' || word === '|') commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.map(readCommand);
}

function readCommand(all: readonly string[]): PrintedCommand {
  const words: string[] = [];
  const flags = new Map<string, string>();
  for (let index = 0; index < all.length; index++) {
    const word = all[index] ?? '';
    if (!/^-./.test(word)) words.push(word);
    else if (WITH_VALUE.has(word)) flags.set(word.slice(1), all[++index] ?? '');
    else {
      const [, name = '', value = ''] = /^--?([^=]+)=?(.*)$/s.exec(word) ?? [];
      flags.set(name, value);
    }
  }
  return { words, flags };
}

/** Words as a POSIX shell reads them, of what remedies print: plain ones, and single and double quotes. */
function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/gs) ?? [];
  return words.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"|\\(.)/gs, (_, plain, double, one) => plain ?? double ?? one),
  );
}
