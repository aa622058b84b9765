/** Live objects of a release -> the spec that synthesizes them. What it misses, a comparison finds (adoption.ts). */
import { CONFIG_CHECKSUM_ANNOTATION } from '../../../charts/annotations.js';
import type { ReleaseInput } from '../../../charts/index.js';
import {
  activeServiceName,
  type Color,
  colorServiceName,
  DEPLOYMENT_TYPE_LABEL,
  deploymentName,
  otherColor,
  previewServiceName,
  releaseLabels,
} from '../../../charts/names.js';
import type { Policy } from '../../../charts/policy.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { parseImage } from '../../plan/image.js';
import { withoutDefaults } from './defaults.js';
import { colorsOf, configOf, type Deployments, releaseContainer, replicasOf } from './describe-colors.js';
import { envOf, preStopOf, probesOf, resourcesOf, securityContextOf } from './describe-container.js';
import { commonAnnotations, ownAnnotations, without } from './describe-metadata.js';
import { autoscalingOf, budgetOf, ingressOf, networkPolicyOf, schedulingOf } from './describe-objects.js';
import { checksOfProbes, migrationsOf, policyFields } from './describe-policy.js';
import type * as live from './objects.js';

export interface Source {
  readonly release: string;
  /** The namespace that the spec is to name. */
  readonly namespace?: string | undefined;
  readonly active: Color;
  readonly objects: readonly KubernetesObject[];
  /** What the active Service carries; undefined for one that was not synthesized. */
  readonly policy?: Policy | undefined;
}

/** What the parts of a spec are read from. */
interface View {
  readonly source: Source;
  readonly deployments: Deployments;
  /** The color that has the traffic, where there is one. */
  readonly deployment: live.LiveDeployment;
  readonly container: live.LiveContainer;
  readonly annotations: Record<string, string>;
  find<T extends KubernetesObject>(kind: string, name: string): T | undefined;
}

/**
 * The color that has the traffic is described; where the other one differs in more than a spec can say, a comparison shows it.
 *
 * @throws UsageError for an image that is no reference to one
 */
export function describeRelease(source: Source): ReleaseInput {
  const view = toView(source);
  const spec = { ...podFields(view), ...objectFields(view) };
  const { policy } = source;
  const checks = checksOfProbes(view.container);
  return {
    ...spec,
    ...(policy ? policyFields(policy) : checks && { checks }),
    ...(policy?.migrations && { migrations: migrationsOf(policy.migrations, spec) }),
  };
}

function toView(source: Source): View {
  // A manifest that never was in a cluster has nothing that a server filled in.
  const objects = source.objects.map((object) =>
    object.metadata.uid === undefined ? object : withoutDefaults(object),
  );
  const find = <T extends KubernetesObject>(kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name) as T | undefined;
  const deployments = {
    blue: find<live.LiveDeployment>('Deployment', deploymentName(source.release, 'blue')),
    green: find<live.LiveDeployment>('Deployment', deploymentName(source.release, 'green')),
  };
  const deployment = deployments[source.active] ?? deployments[otherColor(source.active)];
  if (!deployment) throw new TypeError(`release ${source.release} has no Deployment`);
  const { containers } = deployment.spec.template.spec;
  const container = releaseContainer(containers, source.policy?.container ?? source.release);
  return { source, deployments, deployment, container, annotations: commonAnnotations(objects), find };
}

type Input = ReleaseInput;

function podFields({ source, deployments, deployment, container, annotations, find }: View): Input {
  const { release, namespace, active, policy } = source;
  const { metadata, spec: pod } = deployment.spec.template;
  const { env: variables = [], name } = container;
  const others = deployments[otherColor(active)]?.spec.template.spec.containers;
  const config = configOf({ release, active, deployments, container: name, find: (of) => find('ConfigMap', of) });
  const versions = colorsOf(active, deployments, name);
  const graceSeconds = pod.terminationGracePeriodSeconds ?? 30;
  const service =
    find<live.LiveService>('Service', activeServiceName(release)) ??
    find<live.LiveService>('Service', colorServiceName(release, active));
  return {
    name: release,
    ...(namespace !== undefined && { namespace }),
    active,
    image: {
      repository: parseImage(container.image ?? '').repository,
      ...(container.imagePullPolicy && { pullPolicy: container.imagePullPolicy as 'Always' }),
      ...(pod.imagePullSecrets && { pullSecrets: pod.imagePullSecrets.map((secret) => secret.name) }),
    },
    colors: {
      blue: { ...versions.blue, ...config.colors.blue },
      green: { ...versions.green, ...config.colors.green },
    },
    rollout: policy?.rollout ?? rolloutOf(deployment),
    container: {
      ...(name !== release && { name }),
      ...(container.command && { command: container.command }),
      ...(container.args && { args: container.args }),
    },
    ...(container.ports && { ports: portsOf(container.ports, service) }),
    env: envOf({
      color: active,
      variables: variables.slice(0, variables.length - config.count),
      others: others && (releaseContainer(others, name).env ?? []),
    }),
    config: config.config,
    resources: resourcesOf(container),
    ...probesOf(container, container.ports?.[0]?.name),
    ...preStopOf(container, graceSeconds),
    terminationGracePeriodSeconds: graceSeconds,
    securityContext: securityContextOf(pod, container),
    ...schedulingOf(pod),
    labels: without(metadata?.labels, Object.keys(releaseLabels(release, active))),
    annotations,
    podAnnotations: without(metadata?.annotations, [CONFIG_CHECKSUM_ANNOTATION]),
  };
}

function objectFields(view: View): Partial<Input> {
  const { source, deployments, deployment, annotations, find } = view;
  const { release, active } = source;
  const own = (object: KubernetesObject | undefined) => ownAnnotations(object, annotations);
  const service = find<live.LiveService>('Service', activeServiceName(release));
  const autoscaler = find<live.LiveAutoscaler>('HorizontalPodAutoscaler', deploymentName(release, active));
  const budget = find<live.LiveBudget>('PodDisruptionBudget', deploymentName(release, active));
  const ingress = find<live.LiveIngress>('Ingress', release);
  const networkPolicy = find<live.LiveNetworkPolicy>('NetworkPolicy', release);
  const services = { active: activeServiceName(release), preview: previewServiceName(release) };
  const account = deployment.spec.template.spec.serviceAccountName;
  return {
    ...(autoscaler ? { autoscaling: autoscalingOf(autoscaler) } : replicasOf(active, deployments)),
    ...(account !== undefined && { serviceAccount: serviceAccountOf(account, view) }),
    service: { type: (service?.spec.type ?? 'ClusterIP') as 'ClusterIP', annotations: own(service) },
    ...(budget && { podDisruptionBudget: budgetOf(budget) }),
    ...(ingress && { ingress: ingressOf(ingress, services, own(ingress)) }),
    ...(networkPolicy && { networkPolicy: networkPolicyOf(networkPolicy) }),
  };
}

function serviceAccountOf(name: string, { source, deployment, annotations, find }: View): Input['serviceAccount'] {
  const object = find<live.LiveServiceAccount>('ServiceAccount', name);
  // Others may use an account that does not carry the release's labels.
  const create = object?.metadata.labels?.[DEPLOYMENT_TYPE_LABEL] !== undefined;
  return {
    create,
    ...(name !== source.release && { name }),
    automountToken: deployment.spec.template.spec.automountServiceAccountToken ?? 'unset',
    ...(create && { annotations: ownAnnotations(object, annotations) }),
  };
}

function rolloutOf({ spec }: live.LiveDeployment): Input['rollout'] {
  const { progressDeadlineSeconds: deadline = 0, strategy } = spec;
  return { ...strategy?.rollingUpdate, ...(deadline > 600 && { timeoutSeconds: deadline }) };
}

/** A port without a name gets one, as Services refer to it by name; that this changes the Pods, a comparison shows. */
function portsOf(
  ports: NonNullable<live.LiveContainer['ports']>,
  service: live.LiveService | undefined,
): Input['ports'] {
  return ports.map(({ name, containerPort }) => {
    const offered = service?.spec.ports?.find(
      ({ port, targetPort = port }) => targetPort === containerPort || (name !== undefined && targetPort === name),
    );
    return {
      name: name ?? offered?.name ?? (ports.length === 1 ? 'http' : `port-${containerPort}`),
      containerPort,
      ...(offered && { servicePort: offered.port }),
    };
  });
}
