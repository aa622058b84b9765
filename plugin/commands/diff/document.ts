import type { Difference } from './change.js';
import { summarize } from './text.js';

/** What `-o json` prints: a contract with pipelines, see docs/operations/exit-codes.md. */
export function diffDocument({ against, source, releases, changes, notes }: Difference, exitCode: number): object {
  return {
    against,
    source,
    releases,
    changes: changes.map(({ release, object, change, fields, note }) => ({
      release: release ?? null,
      object,
      change,
      fields,
      note,
    })),
    notes,
    summary: summarize(changes),
    exitCode,
  };
}
