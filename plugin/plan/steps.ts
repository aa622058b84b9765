import type { Color } from '../../charts/names.js';
import type { Check } from '../../charts/policy.js';
import type { Deployment, Job, KubernetesObject, PodTemplate, Service, ServicePort } from '../core/kubernetes.js';
import type { Guard, OperationKind, OperationPhase } from './operation.js';

/** One thing to do. The union is closed: what is not here, no command does to a cluster. */
export type Step =
  /** Runs a Job, unless one of that name is done: its name says for which version it is. */
  | { readonly kind: 'migrate'; readonly job: Job }
  /** Server-side apply of objects of one color, or of objects that both colors share. Never the active or preview Service. */
  | { readonly kind: 'apply'; readonly objects: readonly KubernetesObject[] }
  /** A strategic merge patch of one color's Deployment, where there is no manifest to apply. */
  | { readonly kind: 'patch'; readonly deployment: string; readonly patch: DeploymentPatch }
  | { readonly kind: 'scale'; readonly deployment: string; readonly from: number; readonly to: number }
  | {
      readonly kind: 'wait';
      readonly color: Color;
      readonly deployment: string;
      readonly timeoutSeconds: number;
      /** Ready Pods are enough, as a person has decided. */
      readonly force?: true;
    }
  | {
      readonly kind: 'verify';
      readonly color: Color;
      readonly checks: readonly Check[];
      readonly port: number;
      readonly force?: true;
    }
  /** Creates Services that do not exist; one that exists is left as it is, since its selector is traffic. */
  | { readonly kind: 'create'; readonly services: readonly KubernetesObject[] }
  | { readonly kind: 'confirm'; readonly question: string }
  | {
      readonly kind: 'switch';
      readonly service: string;
      readonly guard: Guard;
      readonly from: Color;
      readonly to: Color;
      /** What the color that is switched from runs. */
      readonly fromVersion: string;
      /** Replicas that the steps before prepare: with fewer, the color was scaled down meanwhile. */
      readonly replicas: number;
      /** Replicas of the color that has the traffic, when the plan was made: with more, an autoscaler or a person raised it. */
      readonly serving: number;
      /** The Service as its manifest has it, where that differs: it is applied in the request that moves traffic. */
      readonly manifest?: ServiceChange;
      /** Ports that the Service has once traffic is moved; undefined: those that it has. */
      readonly ports?: readonly ServicePort[];
      /** Ports that it has now, where the switch changes them. */
      readonly portsBefore?: readonly ServicePort[];
      readonly force?: true;
      /** A tool that applies the Service and, by its rules, leaves its selector alone. */
      readonly appliedBy?: string;
      /** Traffic passes by way of both colors. */
      readonly overlap?: Overlap;
    }
  | { readonly kind: 'preview'; readonly service: string; readonly to: Color }
  | { readonly kind: 'prove'; readonly service: string; readonly color: Color }
  /** Writes down a switch that a tool has made, as a commit said. */
  | {
      readonly kind: 'record-switch';
      readonly service: string;
      readonly from: Color;
      readonly to: Color;
      readonly fromVersion: string;
      readonly tool: string;
    }
  | { readonly kind: 'watch'; readonly color: Color; readonly seconds: number; readonly automaticRollback: boolean }
  /** `operationId` names the operation whose outcome it is, when that is not this run's. */
  | {
      readonly kind: 'record';
      readonly service: string;
      readonly outcome: OperationPhase;
      readonly operationId?: string;
    }
  /** Writes the release's policy, as the manifests have it, on the active Service. */
  | { readonly kind: 'policy'; readonly service: string; readonly policy: string }
  /** Writes the policy of the version that a color runs on its Deployment, where an older plugin kept it on the Service. */
  | { readonly kind: 'keep-policy'; readonly deployment: string; readonly policy: string }
  /** Puts objects back as they were observed, with their managedFields. */
  | { readonly kind: 'restore'; readonly objects: readonly KubernetesObject[] }
  | { readonly kind: 'delete'; readonly objects: readonly KubernetesObject[] }
  /** Makes objects again that a run deleted. */
  | { readonly kind: 'recreate'; readonly objects: readonly KubernetesObject[] }
  /** Server-side apply of a Service of traffic as its manifest has it, with a selector of its own. */
  | { readonly kind: 'apply-service'; readonly service: Service; readonly color: Color }
  /** Waits until traffic has been where it is for so long. */
  | (Idle & { readonly kind: 'drain'; readonly seconds: number; readonly since: string })
  /** Counts the connections that a color still has. */
  | { readonly kind: 'count-connections'; readonly color: Color }
  /** Lowers the replicas of a color that has no traffic; refused by the server as soon as it may get some. */
  | (IdleColor & {
      readonly kind: 'scale-down';
      readonly deployment: string;
      readonly from: number;
      readonly to: number;
      /** Its HorizontalPodAutoscaler, which Kubernetes turns off at 0 replicas. */
      readonly autoscaler?: string;
      /** Services that are not the release's and lose Pods by it, as the user wants. */
      readonly besides?: readonly string[];
    });

export type SwitchStep = Step & { readonly kind: 'switch' };

/** A Service of traffic as its manifest has it, and as it was observed, with its managedFields. */
export interface ServiceChange {
  readonly wanted: Service;
  readonly before: Service;
}

/** A color without traffic, and what must still hold for it to be without. */
export interface Idle {
  readonly service: string;
  readonly guard: Guard;
  readonly active: Color;
  readonly idle: Color;
}

/** Both colors in the selector, until every Pod of the one that is to have the traffic serves. */
export interface Overlap {
  /** Seconds that both stay in the selector from then on. */
  readonly holdSeconds: number;
  /** Seconds until a color that does not serve counts as failed; 0 waits forever. */
  readonly timeoutSeconds: number;
  /** The operation that let both in and was cut off; `back` when traffic is to end where that one found it. */
  readonly resumes?: { readonly id: string; readonly back: boolean };
}

/** A color without traffic whose Deployment a run is to change. */
export interface IdleColor extends Idle {
  /** What the Deployment said about a switch to it, when the plan was made. */
  readonly promoting: string | undefined;
}

export interface DeploymentPatch {
  /** The Pod template of a revision, which takes the place of the one that is there. */
  readonly revision?: { readonly number: number; readonly template: PodTemplate; readonly policy?: string };
  readonly image?: { readonly container: string; readonly image: string };
  readonly replicas?: number;
  readonly strategy?: Deployment['spec']['strategy'];
}

/** Everything one command is going to do: data, so that it can be printed, confirmed, compared and run. */
export interface Plan {
  readonly operation: OperationKind | 'cleanup';
  readonly release: string;
  readonly namespace: string;
  /** The color that has the traffic before. */
  readonly from: Color;
  /** The color that has the traffic after. */
  readonly to: Color;
  /** What the color that is deployed to runs afterwards. */
  readonly image?: string | undefined;
  /** Replicas that the color that is deployed to has afterwards, at least. */
  readonly replicas?: number;
  readonly steps: readonly Step[];
  /** What must still hold whenever a Deployment is changed; before the first deploy there is no color with traffic. */
  readonly idle?: IdleColor;
  /** The tool that has moved traffic, as a commit said: only a commit moves it back. */
  readonly follows?: string;
  /** What puts the cluster back when a step fails before the switch. */
  readonly undo: readonly Step[];
  readonly warnings: readonly string[];
  /** Set when the plan makes the active Service anew: for which color, and why. The rest of the request is planned afterwards. */
  readonly restores?: string;
  /** Why there is nothing to do, when there are no steps. */
  readonly nothingToDo?: string;
}

/** How the record of a switch calls what moved traffic. */
export const moveKind = ({ operation }: Pick<Plan, 'operation'>): 'promote' | 'rollback' =>
  operation === 'rollback' ? 'rollback' : 'promote';

/** The color that a plan verifies: the one that it deploys to, else the one that gets or has the traffic. */
export const preparedColor = ({ idle, to }: Plan): Color => idle?.idle ?? to;

/** `deployment.apps/engine-ops-green`, as kubectl names an object. */
export function objectName(object: KubernetesObject): string {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  return `${object.kind.toLowerCase()}${group ? `.${group}` : ''}/${object.metadata.name}`;
}
