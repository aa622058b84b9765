import {
  APP_LABEL,
  activeServiceName,
  COLORS,
  colorServiceName,
  PREFIX,
  previewServiceName,
  selectorLabels,
} from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { Deployment, KubernetesObject, LabelSelector, Service } from '../core/kubernetes.js';
import { autoscalerOf } from './autoscaler.js';
import { isOwnManager } from './field-writer.js';
import { labelText } from './label-selector.js';
import { deploymentColor } from './manifests.js';
import { referencesOf } from './references.js';
import { objectName } from './steps.js';

/**
 * Why an object that has the name of one of the release's is not the release's, in words; undefined where it is.
 *
 * A color's Deployment and a Service are known by their selectors, which say whose Pods they lead to. Another object is
 * known by the labels that synthesis gives it, by what this plugin wrote on it, or by a Deployment of the release that uses it.
 */
export function foreignObject(
  object: KubernetesObject,
  release: string,
  deployments: readonly (Deployment | undefined)[] = [],
): string | undefined {
  const seen = wrongSelector(object, release) ?? wrongMarks(object, release, deployments);
  return seen === undefined
    ? undefined
    : `${objectName(object)} is there already and is not of release "${release}": ${seen}`;
}

/** @throws RefusedError naming the first object that is another's, and what to do */
export function requireOwn(
  objects: readonly (KubernetesObject | undefined)[],
  release: string,
  deployments: readonly (Deployment | undefined)[],
): void {
  for (const object of objects) {
    const foreign = object && foreignObject(object, release, deployments);
    if (foreign === undefined) continue;
    throw new RefusedError(
      `${foreign}; give the release another name, or take the application over with "kubectl bluegreen init NAME --from-cluster"`,
    );
  }
}

function wrongSelector(object: KubernetesObject, release: string): string | undefined {
  const { kind, metadata } = object;
  const color = deploymentColor(object, release);
  if (color) {
    const { matchLabels = {}, matchExpressions = [] } = (object as Deployment).spec.selector;
    const wanted = selectorLabels(release, color);
    if (labelText(sorted(matchLabels)) === labelText(sorted(wanted)) && matchExpressions.length === 0) return undefined;
    return `it selects ${labelText(matchLabels) || 'by expressions'}, want ${labelText(wanted)}`;
  }
  const names = [activeServiceName(release), previewServiceName(release)];
  const isTraffic = names.includes(metadata.name);
  if (kind !== 'Service' || (!isTraffic && !COLORS.some((one) => metadata.name === colorServiceName(release, one))))
    return undefined;
  const { selector = {} } = (object as Service).spec;
  if (selector[APP_LABEL] === release) return undefined;
  // A selector that was taken away by mistake is told as such where traffic is looked for.
  if (isTraffic && isMarked(object, release)) return undefined;
  return `it selects ${labelText(selector) || 'nothing'}, want ${APP_LABEL}=${release}`;
}

const sorted = (labels: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));

function wrongMarks(
  object: KubernetesObject,
  release: string,
  deployments: readonly (Deployment | undefined)[],
): string | undefined {
  const { kind, metadata } = object;
  if (kind === 'Deployment' || kind === 'Service' || isMarked(object, release)) return undefined;
  if (deployments.some((deployment) => deployment && refersTo(deployment, object))) return undefined;
  if (isAboutRelease(object, release)) return undefined;
  const app = metadata.labels?.[APP_LABEL];
  return `it has ${app === undefined ? `no label ${APP_LABEL}` : `the label ${APP_LABEL}=${app}`}, and no Deployment of the release uses it`;
}

/** Labels of a release, or what this plugin wrote. */
function isMarked({ metadata }: KubernetesObject, release: string): boolean {
  const { labels = {}, annotations = {}, managedFields = [] } = metadata;
  if (labels[APP_LABEL] !== undefined) return labels[APP_LABEL] === release;
  const isWritten = managedFields.some(({ manager }) => isOwnManager(manager));
  return isWritten || Object.keys(annotations).some((name) => name.startsWith(`${PREFIX}/`));
}

/** An Ingress that leads to the release's Services, or a NetworkPolicy or a PodDisruptionBudget of its Pods alone. */
function isAboutRelease(object: KubernetesObject, release: string): boolean {
  const { spec } = object as { spec?: { podSelector?: LabelSelector; selector?: LabelSelector } };
  if (object.kind === 'PodDisruptionBudget') return spec?.selector?.matchLabels?.[APP_LABEL] === release;
  if (object.kind === 'NetworkPolicy') return spec?.podSelector?.matchLabels?.[APP_LABEL] === release;
  const services = [activeServiceName(release), previewServiceName(release)];
  return object.kind === 'Ingress' && services.some((name) => names(spec).has(name));
}

/** Whether a Deployment's Pods use an object, or the object is about the Deployment. */
export function refersTo(deployment: Deployment, object: KubernetesObject): boolean {
  const { kind, metadata } = object;
  if (kind === 'HorizontalPodAutoscaler') return autoscalerOf([object], deployment.metadata.name) !== undefined;
  if (kind === 'PodDisruptionBudget') {
    const { selector } = (object as { spec?: { selector?: LabelSelector } }).spec ?? {};
    return JSON.stringify(selector) === JSON.stringify({ matchLabels: deployment.spec.selector.matchLabels });
  }
  if (kind === 'Secret')
    return (['Secret', 'PullSecret'] as const).some((one) => referencesOf(deployment, one).has(metadata.name));
  return (kind === 'ConfigMap' || kind === 'ServiceAccount') && referencesOf(deployment, kind).has(metadata.name);
}

/** Every name of another object, in whatever field. */
function names(value: unknown, key = ''): Set<string> {
  if (typeof value === 'string') return new Set(key === 'name' ? [value] : []);
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.entries(value).flatMap(([field, inside]) => [...names(inside, field)]));
}
