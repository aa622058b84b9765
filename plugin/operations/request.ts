import type { Checkout } from '../manifests/write-back/checkout.js';
import type { CommandChoice } from '../plan/checks/commands.js';
import type { PlanInput } from '../plan/input.js';
import type { Plan } from '../plan/steps.js';
import type { Limits } from '../run/capacity.js';
import type { Run } from '../run/context.js';
import type { Session } from '../run/session.js';
import type { Build } from './build/prepare.js';

/** One thing that can be done to a release. */
export interface Operation {
  readonly kind: Plan['operation'];
  readonly plan: (input: PlanInput) => Plan;
  /** Asks for what a plan needs and neither the request nor the cluster says. */
  readonly complete?: (run: Run, seen: Observed) => Promise<Observed>;
}

/** What was observed, and unless it does not matter, what limits the namespace. */
export type Observed = PlanInput & { readonly limits?: Limits };

/** What a person wants of an operation. */
export interface OperationOptions {
  /** Plan, and change nothing. */
  readonly dryRun: boolean;
  /** Go on although another tool or Service may be in the way. */
  readonly force: boolean;
  /** Promote a version that is on hold. */
  readonly releaseHold: boolean;
  /** Milliseconds to wait for a tool to move traffic, 0 for ever; undefined: do not wait. */
  readonly waitMs?: number;
  /** Which commands among the checks may run. */
  readonly commands: CommandChoice;
}

/** An operation on one release of one cluster. Several of them may run at once in a process. */
export interface OperationRequest {
  readonly session: Session;
  readonly operation: Operation;
  readonly options: OperationOptions;
  /** Observes the release anew. */
  readonly observe: () => Promise<Observed>;
  /** The spec that is to be written back. */
  readonly checkout?: Checkout | undefined;
  /** The image that is to be built first. */
  readonly build?: Build | undefined;
}
