import { writeFileSync } from 'node:fs';
import { availableParallelism, release } from 'node:os';
import { join } from 'node:path';
import type { Measured, Section } from './section.js';
import { isHeld, tableOf } from './table.js';

export interface Result extends Measured {
  readonly section: Section;
}

/** The measurements as Markdown. */
export function reportOf(results: readonly Result[], runs: number, names: readonly string[]): string {
  const kernel = release().split('.', 2).join('.');
  const parts = results.map(({ section, how, rows, also }) =>
    [`## ${section.title}`, how, ...(rows.length > 0 ? [tableOf(rows)] : []), ...(also ? [also] : [])].join('\n\n'),
  );
  const targets = results.flatMap(({ rows }) =>
    rows.flatMap((row) => (row.targets ?? []).map((target) => isHeld(target, row))),
  );
  return `# Measurements

Medians of ${runs} runs or as many as a row says (n), what is compared in turn in the same run; ± is half of the range, as a part of the
median. ${targets.filter(Boolean).length} of ${targets.length} targets are held. NODE_EXTRA_CA_CERTS, which slows every start of Node, was unset for all.
Measured by \`npm run bench -- --runs=${runs} --only=${names.join(',')} --write\` with ${availableParallelism()} cores, Linux ${kernel}, Node
${process.version}, on the test cluster.

${parts.join('\n\n')}
`;
}

export function writeReport(text: string): void {
  writeFileSync(join(import.meta.dirname, 'RESULTS.md'), text);
}
