import type { Flags } from './flags.js';
import type { Invocation } from './invocation.js';

/** The headings of the program's help, in its order. */
export const GROUPS = ['Release Commands', 'Inspection Commands', 'Setup Commands', 'Other Commands'] as const;

/** A verb as data: what parsing and help need. What it does is loaded when it is chosen. */
export interface Verb {
  readonly name: string;
  /** The heading under which help lists it. */
  readonly group: (typeof GROUPS)[number];
  /** Positional arguments, as usage shows them. */
  readonly args: string;
  readonly maxArgs: number;
  /** Whether a command may follow, behind `--`. */
  readonly takesCommand?: boolean;
  /** What of the kubeconfig's context it needs, of a verb that asks the cluster in any case, unless its arguments are wrong. */
  readonly connects?: 'namespace' | 'context';
  readonly summary: string;
  /** Its description and examples, which are loaded when they are shown: they are more text than all else of a verb. */
  readonly help: () => Promise<{ readonly description: string; readonly examples: string }>;
  readonly flags: Flags;
  readonly hidden?: boolean;
  /** @returns the exit code */
  readonly load: () => Promise<{ run(invocation: Invocation): Promise<number> }>;
}
