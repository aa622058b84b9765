import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How often a promise was put to the test, and how often it held: a row of the table in docs/reliability.md. */
export interface Figure {
  /** Where the row stands in the table: rows are sorted by it. */
  readonly place: number;
  /** The promise, as the row's first cell says it. */
  readonly promise: string;
  readonly tried: number;
  readonly held: number;
  /** What was counted, such as "kills" or "requests". */
  readonly unit: string;
  /** What else was measured, such as "41 ms until the old color's last answer (median)". */
  readonly also?: string;
}

const FOLDER = join(import.meta.dirname, '..', 'figures');

/** Keeps a test's figure for `npm run figures`, and says it; the name is that of the figure's file. */
export function recordFigure(name: string, figure: Figure): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(figure, null, 2)}\n`);
  process.stderr.write(`figure: ${figure.promise}: ${figure.held} of ${figure.tried} ${figure.unit} held\n`);
}

/** What the tests recorded last, in the order of the table. */
export function recordedFigures(): Figure[] {
  return readdirSync(FOLDER)
    .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Figure)
    .sort((a, b) => a.place - b.place || a.promise.localeCompare(b.promise));
}
