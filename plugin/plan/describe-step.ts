import type { Check } from '../../charts/policy.js';
import type { Deployment, Job, KubernetesObject, PodTemplate } from '../core/kubernetes.js';
import { checkKind, commandChecks, commandLine, podChecks } from './checks/kinds.js';
import { type DeploymentPatch, objectName, type Step } from './steps.js';

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
    case 'record-switch':
      return `record on service/${step.service} that ${step.tool} has moved traffic from ${step.from} to ${step.to}`;
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
    case 'recreate':
      return `create ${names(step.objects)} again`;
    case 'apply-service':
      return `apply ${objectName(step.service)}, which leads to ${step.color}`;
    case 'drain':
      return `wait until ${step.seconds}s have passed since traffic moved to ${step.active} (${step.since})`;
    case 'count-connections':
      return `count the connections that ${step.color} still has, by cat in each of its Pods`;
    case 'scale-down':
      return (
        `scale deployment.apps/${step.deployment} from ${step.from} to ${step.to} replicas, unless traffic comes to it before` +
        (step.autoscaler ? ` (HorizontalPodAutoscaler ${step.autoscaler} is off then)` : '')
      );
    default:
      return step satisfies never;
  }
}

function describeSwitch({ service, from, to, overlap, manifest }: Step & { kind: 'switch' }): string {
  const applies = manifest ? ', and apply its manifest in the same request' : '';
  if (!overlap) return `switch service/${service} from ${from} to ${to}${applies}`;
  const hold = overlap.holdSeconds > 0 ? `, and for ${overlap.holdSeconds}s more` : '';
  return overlap.resumes
    ? `narrow service/${service}, which leads to both colors, to ${to}, once every Pod of ${to} serves${hold && `, ${overlap.holdSeconds}s later`}${applies}`
    : `switch service/${service} from ${from} to ${to}, with both in its selector until every Pod of ${to} serves${hold}${applies}`;
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
  if (step.kind === 'apply-service') summary.service = objectName(step.service);
  if (step.kind === 'switch' && step.manifest) summary.manifest = objectName(step.manifest.wanted);
  if ('checks' in step) summary.checks = step.checks.map((check) => check.name);
  return summary;
}
