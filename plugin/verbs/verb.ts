import type { Flags } from '../flags.js';
import type { Invocation } from '../invocation.js';

/** A verb as data: what parsing and help need. What it does is loaded when it is chosen. */
export interface Verb {
  readonly name: string;
  /** Positional arguments, as usage shows them. */
  readonly args: string;
  readonly maxArgs: number;
  /** Whether a command may follow, behind `--`. */
  readonly takesCommand?: boolean;
  readonly summary: string;
  readonly description: string;
  readonly examples: string;
  readonly flags: Flags;
  readonly hidden?: boolean;
  /** @returns the exit code */
  readonly load: () => Promise<{ run(invocation: Invocation): Promise<number> }>;
}
