/** Something that was measured, against what users would pick instead and against what it must not exceed. */
export interface Row {
  readonly what: string;
  readonly unit: 's' | 'ms' | 'MB' | 'requests';
  /** One value for each run. */
  readonly ours: readonly number[];
  readonly peers?: readonly Peer[];
  readonly targets?: readonly Target[];
  readonly note?: string;
}

/** What users would pick instead: measured in turn with ours, or, where it is not installed, quoted. */
export type Peer = { readonly name: string } & ({ readonly values: readonly number[] } | { readonly quoted: number });

/** A bound of our median: of itself, or as a part of a peer's median. */
export type Target = { readonly atMost: number; readonly of?: string };

/** A part of the report. */
export interface Section {
  /** As `npm run bench -- --only=NAME` has it. */
  readonly name: string;
  readonly title: string;
  measure(bench: Bench): Promise<Measured>;
}

export interface Measured {
  readonly rows: readonly Row[];
  /** Markdown: how it was measured, before the table. */
  readonly how: string;
  /** Markdown after the table: what else was found. */
  readonly also?: string;
}

/** What a section measures with. */
export interface Bench {
  /** Runs of each command that are counted. */
  readonly runs: number;
  readonly signal: AbortSignal;
  /** Says how far it is. */
  progress(text: string): void;
}
