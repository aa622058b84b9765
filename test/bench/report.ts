import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import type { Measured, Section } from './section.js';
import { SECTIONS } from './sections/index.js';
import { tableOf } from './table.js';

export interface Result extends Measured {
  readonly section: Section;
}

const FILE = join(import.meta.dirname, 'RESULTS.md');

/** The measurements as Markdown. */
export function reportOf(results: readonly Result[], runs: number): string {
  return assemble(new Map(results.map((result) => [result.section.title, partOf(result)])), runs);
}

/** Writes them to RESULTS.md, where sections that were not measured now stay as they are. */
export function writeReport(results: readonly Result[], runs: number): void {
  const before = existsSync(FILE)
    ? readFileSync(FILE, 'utf8')
        .split(/^(?=## )/m)
        .slice(1)
    : [];
  const parts = new Map(before.map((part) => [/^## (.*)$/m.exec(part)?.[1] ?? '', part.trimEnd()]));
  for (const result of results) parts.set(result.section.title, partOf(result));
  writeFileSync(FILE, assemble(parts, runs));
}

function partOf({ section, how, rows, also }: Result): string {
  return [`## ${section.title}`, how, ...(rows.length > 0 ? [tableOf(rows)] : []), ...(also ? [also] : [])].join(
    '\n\n',
  );
}

function assemble(parts: ReadonlyMap<string, string>, runs: number): string {
  const text = SECTIONS.flatMap(({ title }) => parts.get(title) ?? []).join('\n\n');
  const [held, missed] = [/: held\b/g, /: \*\*missed\*\*/g].map((word) => text.match(word)?.length ?? 0);
  const kernel = release().split('.', 2).join('.');
  return `# Measurements

Medians of ${runs} runs or as many as a row says (n), what is compared in turn in the same run; ± is half of the range, as a part of the
median. ${held} targets are held, ${missed} missed. NODE_EXTRA_CA_CERTS, which slows every start of Node, was unset for all.
Measured by \`npm run bench -- --runs=${runs} --write\` with ${availableParallelism()} cores, Linux ${kernel}, Node ${process.version}, on the
test cluster.

${text}
`;
}
