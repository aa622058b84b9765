/**
 * Writes the pages of docs/ that are generated. `--check` writes nothing and exits 1 when a page is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandsPage } from './commands.js';
import { specPage } from './spec.js';

const PAGES = { 'commands.md': await commandsPage(), 'spec-keys.md': specPage() };

for (const [name, text] of Object.entries(PAGES)) {
  const file = join(import.meta.dirname, '..', name);
  const page = `${text}\n`;
  if (!process.argv.includes('--check')) writeFileSync(file, page);
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== page) {
    process.stderr.write(`error: docs/${name} is not what it is generated from; refresh it with: npm run docs\n`);
    process.exitCode = 1;
  }
}
