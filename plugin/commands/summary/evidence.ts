import { UsageError } from '../../core/errors.js';

/** What a run with `-o json` printed, as far as a summary needs it; see Outcome. */
export interface Evidence {
  readonly release: string;
  readonly namespace: string;
  readonly context: string;
  readonly operation: string;
  readonly operationId: string;
  readonly phase: string;
  readonly active: EvidenceColor | null;
  readonly idle: EvidenceColor | null;
  /** `before`: the colors could not be read after the run. */
  readonly observedAt?: string;
  readonly steps: readonly EvidenceStep[];
  readonly warnings: readonly string[];
  readonly message?: string;
  readonly exitCode: number;
}

export interface EvidenceColor {
  readonly color: string;
  readonly version: string;
  readonly image: string;
  readonly desired: number;
  readonly ready: number;
}

export interface EvidenceStep {
  readonly kind: string;
  readonly description: string;
  readonly status?: string;
  readonly seconds?: number;
  readonly verified?: readonly {
    readonly pod: string;
    readonly checks: readonly { readonly name: string; readonly ms: number; readonly attempts: number }[];
  }[];
  readonly convergence?: { readonly ms: number; readonly endpoints: number };
  readonly requests?: { readonly asked: number; readonly answered: number };
  readonly probes?: readonly { readonly url: string; readonly status: number; readonly ms: number }[];
  readonly notAsked?: readonly string[];
}

/** @throws UsageError when the text is not the document of a run */
export function parseEvidence(text: string, source: string): Evidence {
  let document: Partial<Evidence> | null;
  try {
    document = JSON.parse(text) as Partial<Evidence> | null;
  } catch (cause) {
    const why = text.trim() === '' ? 'it is empty' : (cause as Error).message;
    throw new UsageError(`${source} is not the document of a run: ${why}`, { cause });
  }
  const isEvidence =
    typeof document?.release === 'string' &&
    typeof document.operation === 'string' &&
    typeof document.phase === 'string' &&
    typeof document.exitCode === 'number' &&
    Array.isArray(document.steps);
  if (!isEvidence)
    throw new UsageError(
      `${source} is not the document of a run: want what deploy, promote or rollback print with -o json`,
    );
  return document as Evidence;
}
