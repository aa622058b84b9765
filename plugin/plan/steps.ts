import type { Color } from '../../charts/names.js';
import type { Check } from '../../charts/policy.js';
import type { Deployment, Job, KubernetesObject, PodTemplate } from '../kubernetes.js';
import { checkKind, commandChecks, commandLine, podChecks } from './checks/kinds.js';
import type { OperationKind, Outcome } from './operation.js';

/** One thing to do. The union is closed: what is not here, no command does to a cluster. */
export type Step =
  /** Runs a Job, unless one of that name is done: its name says for which version it is. */
  | { readonly kind: 'migrate'; readonly job: Job }
  /** Server-side apply of objects of one color, or of objects that both colors share. Never the active or preview Service. */
  | { readonly kind: 'apply'; readonly objects: readonly KubernetesObject[] }
  /** A strategic merge patch of one color's Deployment, where there is no manifest to apply. */
  | { readonly kind: 'patch'; readonly deployment: string; readonly patch: DeploymentPatch }
  | { readonly kind: 'scale'; readonly deployment: string; readonly from: number; readonly to: number }
  | { readonly kind: 'wait'; readonly color: Color; readonly deployment: string; readonly timeoutSeconds: number }
  | { readonly kind: 'verify'; readonly color: Color; readonly checks: readonly Check[]; readonly port: number }
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
      /** Traffic passes by way of both colors. */
      readonly overlap?: Overlap;
    }
  | { readonly kind: 'preview'; readonly service: string; readonly to: Color }
  | { readonly kind: 'prove'; readonly service: string; readonly color: Color }
  | { readonly kind: 'watch'; readonly color: Color; readonly seconds: number; readonly automaticRollback: boolean }
  /** `operationId` names the operation whose outcome it is, when that is not this run's. */
  | { readonly kind: 'record'; readonly service: string; readonly outcome: Outcome; readonly operationId?: string }
  /** Writes the release's policy, as the manifests have it, on the active Service. */
  | { readonly kind: 'policy'; readonly service: string; readonly policy: string }
  /** Writes the policy of the version that a color runs on its Deployment, where an older plugin kept it on the Service. */
  | { readonly kind: 'keep-policy'; readonly deployment: string; readonly policy: string }
  /** Puts objects back as they were observed. */
  | { readonly kind: 'restore'; readonly objects: readonly KubernetesObject[] }
  | { readonly kind: 'delete'; readonly objects: readonly KubernetesObject[] }
  /** Waits until traffic has been where it is for so long. */
  | (Idle & { readonly kind: 'drain'; readonly seconds: number; readonly since: string })
  /** Lowers the replicas of a color that has no traffic; refused by the server as soon as it may get some. */
  | (IdleColor & {
      readonly kind: 'scale-down';
      readonly deployment: string;
      readonly from: number;
      readonly to: number;
      /** Its HorizontalPodAutoscaler, which Kubernetes turns off at 0 replicas. */
      readonly autoscaler?: string;
    });

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

/** What must still hold of the active Service when traffic is moved; the patch itself is guarded by a fresh resourceVersion. */
export interface Guard {
  readonly uid: string | undefined;
  /** Id of the last operation on record when the plan was made. */
  readonly lastOperationId: string | undefined;
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
  /** What puts the cluster back when a step fails before the switch. */
  readonly undo: readonly Step[];
  readonly warnings: readonly string[];
  /** Why there is nothing to do, when there are no steps. */
  readonly nothingToDo?: string;
}

/** The color that a plan verifies: the one that it deploys to, else the one that gets or has the traffic. */
export const preparedColor = ({ idle, to }: Plan): Color => idle?.idle ?? to;

/** `deployment.apps/engine-ops-green`, as kubectl names an object. */
export function objectName(object: KubernetesObject): string {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  return `${object.kind.toLowerCase()}${group ? `.${group}` : ''}/${object.metadata.name}`;
}

const names = (objects: readonly KubernetesObject[]) => objects.map(objectName).join(', ');

function describePatch(patch: DeploymentPatch): string {
  const parts = [
    patch.revision && `template of revision ${patch.revision.number} (image ${imagesIn(patch.revision.template)})`,
    patch.image && `image ${patch.image.image}`,
    patch.replicas !== undefined && `${patch.replicas} replicas`,
    patch.strategy && `strategy ${strategyName(patch.strategy)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

export function strategyName(strategy: Deployment['spec']['strategy']): string {
  const { maxSurge = '25%', maxUnavailable = '25%' } = strategy?.rollingUpdate ?? {};
  return strategy?.type === 'Recreate' ? 'Recreate' : `maxSurge=${maxSurge},maxUnavailable=${maxUnavailable}`;
}

const imagesIn = ({ spec }: PodTemplate) => spec.containers.map(({ image }) => image).join(', ');
const imagesOf = ({ spec }: Deployment | Job) => imagesIn(spec.template);

function describeApply(object: KubernetesObject): string {
  if (object.kind !== 'Deployment') return objectName(object);
  const { spec } = object as Deployment;
  const replicas = spec.replicas === undefined ? '' : `, ${spec.replicas} replicas`;
  return `${objectName(object)} (image ${imagesOf(object as Deployment)}${replicas}, ${strategyName(spec.strategy)})`;
}

function describeChecks(checks: readonly Check[], port: number): string {
  const asked = podChecks(checks).map((check) => `${check.name} ${checkKind(check, port).replace(/^GET /, '')}`);
  const run = commandChecks(checks).map(({ name, command }) => `; then run ${name}: ${commandLine(command)}`);
  return asked.join(', ') + run.join('');
}

/** One line for a person. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'migrate':
      return `run ${objectName(step.job)} (image ${imagesOf(step.job)}) once`;
    case 'apply':
      return `apply ${step.objects.map(describeApply).join(', ')}`;
    case 'patch':
      return `patch deployment.apps/${step.deployment}: ${describePatch(step.patch)}`;
    case 'scale':
      return `scale deployment.apps/${step.deployment} from ${step.from} to ${step.to} replicas`;
    case 'wait':
      return `wait until every Pod of ${step.color} is ready, ${step.timeoutSeconds}s at most`;
    case 'verify':
      return `verify every Pod of ${step.color} on port ${step.port}: ${describeChecks(step.checks, step.port)}`;
    case 'create':
      return `create ${names(step.services)}`;
    case 'confirm':
      return 'ask before traffic moves';
    case 'switch':
      return describeSwitch(step);
    case 'preview':
      return `point service/${step.service} at ${step.to}`;
    case 'prove':
      return `prove that the EndpointSlices of service/${step.service} hold exactly the ready Pods of ${step.color}`;
    case 'watch':
      return `watch ${step.color} for ${step.seconds}s${step.automaticRollback ? ', switching back if it fails' : ''}`;
    case 'record':
      return `record the outcome "${step.outcome}" on service/${step.service}`;
    case 'policy':
      return `write the policy of the manifests on service/${step.service}`;
    case 'keep-policy':
      return `keep the checks of what runs on deployment.apps/${step.deployment}`;
    case 'restore':
      return `put back ${names(step.objects)}`;
    case 'delete':
      return `delete ${names(step.objects)}`;
    case 'drain':
      return `wait until ${step.seconds}s have passed since traffic moved to ${step.active} (${step.since})`;
    case 'scale-down':
      return (
        `scale deployment.apps/${step.deployment} from ${step.from} to ${step.to} replicas, unless traffic comes to it before` +
        (step.autoscaler ? ` (HorizontalPodAutoscaler ${step.autoscaler} is off then)` : '')
      );
    default:
      return step satisfies never;
  }
}

function describeSwitch({ service, from, to, overlap }: Step & { kind: 'switch' }): string {
  if (!overlap) return `switch service/${service} from ${from} to ${to}`;
  const hold = overlap.holdSeconds > 0 ? `, and for ${overlap.holdSeconds}s more` : '';
  return overlap.resumes
    ? `narrow service/${service}, which leads to both colors, to ${to}, once every Pod of ${to} serves${hold && `, ${overlap.holdSeconds}s later`}`
    : `switch service/${service} from ${from} to ${to}, with both in its selector until every Pod of ${to} serves${hold}`;
}

export const numberedSteps = (steps: readonly Step[]): string => numbered(steps.map(describeStep));

export function numbered(lines: readonly string[]): string {
  return lines.map((line, index) => `  ${String(index + 1).padStart(2)}. ${line}`).join('\n');
}

/** A step as `-o json` shows it: objects by name, since a manifest may hold what does not belong in a log. */
export function summarizeStep(step: Step): Record<string, unknown> {
  const { kind, ...rest } = step;
  const summary: Record<string, unknown> = { kind, description: describeStep(step), ...rest };
  if (step.kind === 'patch' && step.patch.revision)
    summary.patch = { ...step.patch, revision: step.patch.revision.number };
  if ('job' in step) summary.job = objectName(step.job);
  if ('objects' in step) summary.objects = step.objects.map(objectName);
  if ('services' in step) summary.services = step.services.map(objectName);
  if ('checks' in step) summary.checks = step.checks.map((check) => check.name);
  return summary;
}
