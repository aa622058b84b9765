/** One thing that is wrong with a spec file. */
export interface SpecIssue {
  /** The file as the caller named it. */
  readonly file: string;
  /** From 1; left out when no place in the file is to blame. */
  readonly line?: number;
  readonly column?: number;
  /** Path of the field, such as `readinessProbe.periodSeconds`; empty for the whole file. */
  readonly path: string;
  /** What was seen and what was wanted: lower case, no full stop. */
  readonly message: string;
}

/** A spec that cannot be used; its message has one line for each issue, `FILE:LINE:COLUMN: PATH: MESSAGE`. */
export class SpecError extends Error {
  override readonly name = 'SpecError';
  readonly issues: readonly SpecIssue[];

  constructor(issues: readonly SpecIssue[], options?: ErrorOptions) {
    super(issues.map(formatIssue).join('\n'), options);
    this.issues = issues;
  }
}

function formatIssue({ file, line, column, path, message }: SpecIssue): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  return [place, path, message].filter((part) => part !== '').join(': ');
}
