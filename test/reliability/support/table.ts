/** Prints the table of what the reliability tests measured last; `--write` puts it into docs/reliability.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Figure, recordedFigures } from './figures.js';

const PAGE = join(import.meta.dirname, '..', '..', '..', 'docs', 'reliability.md');
const [BEGIN, END] = ['<!-- figures: npm run figures -- --write -->', '<!-- end of figures -->'];

const count = (n: number) => n.toLocaleString('en-US');
const row = ({ promise, tried, held, unit, also }: Figure) =>
  `| ${promise} | ${count(tried)} ${unit} | ${count(held)} | ${also ?? ''} |`;

const table = [
  '| Promise | Tried | Held | Measured besides |',
  '| --- | --- | --- | --- |',
  ...recordedFigures().map(row),
];

if (process.argv.includes('--write')) {
  const [before, rest = ''] = readFileSync(PAGE, 'utf8').split(BEGIN);
  const [, after] = rest.split(END);
  if (after === undefined) throw new Error(`docs/reliability.md has no "${BEGIN}" and "${END}"`);
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table.join('\n')}\n\n${END}${after}`);
} else {
  console.log(table.join('\n'));
}
