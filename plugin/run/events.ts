import type { Color } from '../../charts/names.js';
import type { Reporter } from '../terminal/reporter.js';
import type { CheckResult } from './results.js';

/** Version of the format: raised when a field is renamed or taken away, not when one is added. */
export const EVENTS_VERSION = 1;

/**
 * What happens in a run, when it happens. Listeners make text, JSON lines and reports of it.
 *
 * @see docs/operations/events.md
 */
export type RunEvent =
  | {
      readonly type: 'planned';
      readonly operation: string;
      /** What is about to happen, in a line. */
      readonly headline: string;
      readonly by: string;
      readonly from: Color;
      readonly to: Color;
      /** As `-o json` shows them. */
      readonly steps: readonly object[];
      readonly warnings: readonly string[];
    }
  | { readonly type: 'step-began'; readonly kind?: string; readonly description: string }
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string }
  /** An object was changed: `service/shop-active`, `patched`. */
  | { readonly type: 'changed'; readonly object: string; readonly verb: string }
  | ({ readonly type: 'checked' } & CheckResult)
  /** The run waits at a gate, and then goes on. */
  | { readonly type: 'gate-waits'; readonly question: string }
  | { readonly type: 'gate-passed'; readonly by: 'flag' | 'answer' }
  | { readonly type: 'traffic-moved'; readonly kind: string; readonly to?: string }
  | {
      readonly type: 'step-ended';
      readonly kind: string;
      readonly status: 'done' | 'failed';
      readonly seconds: number;
      readonly message?: string;
    }
  | { readonly type: 'run-ended'; readonly phase: string; readonly exitCode: number; readonly message?: string };

export type Listener = (event: RunEvent) => void;

/** Tells every listener each event, in the order of the listeners. */
export const emitTo =
  (listeners: readonly Listener[]): Listener =>
  (event) => {
    for (const listener of listeners) listener(event);
  };

/** The reporter by which code says what happens, without knowing who listens. */
export const reportTo = (emit: Listener): Reporter => ({
  step: (description) => emit({ type: 'step-began', description }),
  info: (text) => emit({ type: 'progress', text }),
  warn: (text) => emit({ type: 'warning', text }),
  changed: (object, verb) => emit({ type: 'changed', object, verb }),
});
