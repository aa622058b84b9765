import type { LiveAutoscaler, LiveBudget, LiveDeployment, LiveIngress, LiveService } from './objects.js';

/** A Deployment and a Service that are to become a release, and what else is about their Pods. */
export interface Plain {
  readonly deployment: LiveDeployment;
  readonly service: LiveService;
  readonly autoscaler: LiveAutoscaler | undefined;
  readonly budget: LiveBudget | undefined;
  /** Every Service of the namespace. */
  readonly services: readonly LiveService[];
  /** Those that lead to Pods of the Deployment. */
  readonly selecting: readonly LiveService[];
  /** What else the Service leads to, as `deployment/NAME`: it is not this application's alone. */
  readonly others: readonly string[];
  /** Those that lead to the Service. */
  readonly ingresses: readonly LiveIngress[];
  /** The label that all Pods of the Service have, those of one ReplicaSet of the Deployment; undefined where there are others. */
  readonly templateHash: string | undefined;
}
