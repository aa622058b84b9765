import type { Flags } from '../flags.js';
import type { Invocation } from '../invocation.js';

/** A verb as data: what parsing and help need. What it does is loaded when it is chosen. */
export interface CommandSpec {
  readonly name: string;
  /** Positional arguments, as usage shows them. */
  readonly args: string;
  readonly maxArgs: number;
  readonly summary: string;
  readonly description: string;
  readonly examples: string;
  readonly flags: Flags;
  readonly hidden?: boolean;
  /** @returns the exit code */
  readonly load: () => Promise<{ run(invocation: Invocation): Promise<number> }>;
}

const WRITE_BACK_HELP =
  'With --write-back the spec then gets the active color and the image that it runs, and dist/ is synthesized from it: a\n' +
  'diff to commit. Where Argo CD, Flux or Helm owns the selector, the commit is what moves traffic: everything before the\n' +
  'switch is done, the files are written, and traffic stays until that tool applies them. With --force it moves at once.';
