/** A plain Deployment and its Service -> the release that can run beside them. */
import type { ReleaseInput } from '../../../charts/index.js';
import {
  activeServiceName,
  COLORS,
  type Color,
  colorServiceName,
  deploymentName,
  previewServiceName,
  releaseLabels,
  selectorLabels,
} from '../../../charts/names.js';
import { RefusedError } from '../../core/errors.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { describeDifference, type Findings, portsByName } from './adoption.js';
import { describeRelease } from './describe.js';
import { without } from './describe-metadata.js';
import { differences } from './differences.js';
import type { LiveDeployment } from './objects.js';
import type { Plain } from './plain.js';

export interface Place {
  readonly release: string;
  readonly namespace: string;
}

/**
 * The spec of a release that runs in both colors what a Deployment runs.
 *
 * @param namespace - what the spec is to name, if anything
 * @throws RefusedError when a Service that is there would send its traffic to the new Pods, unverified as they are
 */
export function convert(plain: Plain, { release, namespace }: Place, specNamespace: string | undefined): ReleaseInput {
  const objects = asRelease(plain, release);
  const described = describeRelease({ release, namespace: specNamespace, active: 'blue', objects });
  const labels = without(described.labels, selectedLabels(plain));
  requireApart(plain, labels, { release, namespace });
  return { ...described, labels };
}

/** The labels by which the Pods that are there are found, by whatever Service: the new ones must not be among them. */
function selectedLabels({ deployment, services }: Plain): string[] {
  const { labels = {} } = deployment.spec.template.metadata ?? {};
  const selectors = services.map(({ spec }) => Object.entries(spec.selector ?? {}));
  const leading = selectors.filter((entries) => entries.every(([key, value]) => labels[key] === value));
  const own = Object.keys(deployment.spec.selector.matchLabels ?? {});
  return [...new Set([...own, ...leading.flatMap((entries) => entries.map(([key]) => key))])];
}

function requireApart(
  { services, deployment, service, others, templateHash }: Plain,
  labels: Readonly<Record<string, string>>,
  { release, namespace }: Place,
): void {
  const own = [
    activeServiceName(release),
    previewServiceName(release),
    ...COLORS.map((c) => colorServiceName(release, c)),
  ];
  const taking = services.find(
    ({ metadata, spec: { selector } }) => !own.includes(metadata.name) && matchesNewPods(selector, labels, release),
  );
  if (!taking) return;
  const name = taking.metadata.name;
  const selector = JSON.stringify({ spec: { selector: { 'pod-template-hash': templateHash } } });
  const narrow =
    templateHash === undefined || others.length > 0 || name !== service.metadata.name
      ? ''
      : `\nor let service "${name}" lead to nothing but the Pods that it leads to now, which moves no traffic, and do not ` +
        `change deployment "${deployment.metadata.name}" until traffic has moved:\n` +
        `  kubectl patch service ${name} --namespace=${namespace} --patch='${selector}'`;
  throw new RefusedError(
    `service "${name}" would send its traffic to the new Pods as well, before they are verified: its selector matches their labels\n` +
      'give the release another name:\n' +
      `  kubectl bluegreen init NEW-NAME --from-cluster --namespace=${namespace} ` +
      `--deployment=${deployment.metadata.name} --service=${service.metadata.name}${narrow}`,
  );
}

function matchesNewPods(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
  release: string,
): boolean {
  const entries = Object.entries(selector ?? {});
  const matches = (pod: Readonly<Record<string, string>>) => entries.every(([key, value]) => pod[key] === value);
  return entries.length > 0 && COLORS.some((color) => matches({ ...labels, ...releaseLabels(release, color) }));
}

/** The objects that are there under the names and labels of a release, both colors alike. */
function asRelease({ deployment, service, autoscaler, budget }: Plain, release: string): KubernetesObject[] {
  const color = (of: Color): KubernetesObject[] => {
    const name = deploymentName(release, of);
    const labels = selectorLabels(release, of);
    const { template } = deployment.spec;
    const { labels: own, annotations } = template.metadata ?? {};
    const metadata = { ...(annotations && { annotations }), labels: { ...own, ...releaseLabels(release, of) } };
    const spec = { ...deployment.spec, selector: { matchLabels: labels }, template: { ...template, metadata } };
    const target = { apiVersion: 'apps/v1', kind: 'Deployment', name };
    return [
      { ...deployment, spec, metadata: { ...deployment.metadata, name } } as LiveDeployment,
      ...(autoscaler ? [{ ...autoscaler, ...named(autoscaler, name, { scaleTargetRef: target }) }] : []),
      ...(budget ? [{ ...budget, ...named(budget, name, { selector: { matchLabels: labels } }) }] : []),
    ];
  };
  const selector = selectorLabels(release, 'blue');
  return [
    ...color('blue'),
    ...color('green'),
    { ...service, ...named(service, activeServiceName(release), { selector }) },
  ];
}

function named(object: KubernetesObject & { spec: object }, name: string, more: object) {
  return { metadata: { ...object.metadata, name }, spec: { ...object.spec, ...more } };
}

/** Compares what the new release runs with what the Deployment runs; what is new in its Pods alone is told. */
export function judgeConversion(plain: Plain, wanted: readonly KubernetesObject[], release: string): Findings {
  const losses: string[] = [];
  const notes: string[] = [];
  for (const object of asRelease(plain, release).filter(({ metadata }) => !metadata.name.endsWith('-green'))) {
    const counterpart = wanted.find(
      ({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name,
    );
    if (!counterpart) {
      losses.push(`${object.kind.toLowerCase()} of ${release}: not supported by the release spec`);
      continue;
    }
    for (const difference of differences(portsByName(object, wanted), counterpart)) {
      if (difference.path === 'spec.replicas' && plain.autoscaler) continue;
      if (difference.path.startsWith('metadata') || difference.path.startsWith('spec.template.metadata')) continue;
      if (difference.kind !== 'added') losses.push(describeDifference(difference));
      else if (difference.path.endsWith('.readinessProbe'))
        notes.push('the spec adds a readinessProbe, which the Pods do not have now: check its path');
      else if (difference.path.startsWith('spec.template'))
        notes.push(
          `the new Pods have ${difference.path.replace('spec.template.', '')}, which the Pods do not have now`,
        );
    }
  }
  const left = selectedLabels(plain).filter(
    (label) =>
      plain.deployment.spec.template.metadata?.labels?.[label] !== undefined && !['app', 'version'].includes(label),
  );
  if (left.length > 0)
    notes.push(`the new Pods do not have the label ${left.join(', ')}, by which those that are there are found`);
  if (matchesNewPods(plain.deployment.spec.selector.matchLabels, {}, release))
    notes.push(
      `deployment "${plain.deployment.metadata.name}" selects the labels of the new Pods too: while it is there, what counts its ` +
        'Pods by them, such as an autoscaler, counts both',
    );
  return { losses, notes };
}
