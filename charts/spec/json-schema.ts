/**
 * Writes charts/release.schema.json, which editors complete and check specs by.
 *
 * `--check` writes nothing and exits 1 if the file is not what the schema gives.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { releaseSchemaText } from './schema-text.js';

const FILE = join(import.meta.dirname, '../release.schema.json');

function main(args: readonly string[]): number {
  const text = releaseSchemaText();
  const name = relative(process.cwd(), FILE);
  if (!args.includes('--check')) {
    writeFileSync(FILE, text);
    return 0;
  }
  if (readIfThere(FILE) === text) return 0;
  process.stderr.write(`error: ${name} is not what charts/spec/ describes; refresh it with: npm run schema\n`);
  return 1;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.exitCode = main(process.argv.slice(2));
}
