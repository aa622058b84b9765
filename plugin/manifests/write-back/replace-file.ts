import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/** A reader, also after a kill, finds the old text or the new one. */
export function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    // The mode that a file is made with is cut by the umask.
    chmodSync(temporary, statSync(path).mode & 0o7777);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The texts of files before they were changed. */
export interface Kept {
  /** Keeps the texts that files have now. */
  keep(paths: readonly string[]): void;
  /** Gives all files their kept texts again. @returns those for which that failed */
  putBack(): string[];
}

export function keptTexts(): Kept {
  const texts = new Map<string, string | undefined>();
  return {
    keep(paths) {
      for (const path of paths) if (!texts.has(path)) texts.set(path, textOf(path));
    },
    putBack() {
      return [...texts].filter(([path, text]) => !restore(path, text)).map(([path]) => path);
    },
  };
}

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

function restore(path: string, text: string | undefined): boolean {
  try {
    const now = textOf(path);
    if (text === undefined) rmSync(path, { force: true });
    else if (now === undefined) writeFileSync(path, text);
    else if (now !== text) replaceFile(path, text);
    return true;
  } catch {
    // The error that made this necessary is the one to be told.
    return false;
  }
}
