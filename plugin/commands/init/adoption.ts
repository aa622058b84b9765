/** Whether objects that were made by hand can become a release, and what it would make of them. */

import { isDeepStrictEqual } from 'node:util';
import {
  activeServiceName,
  COLORS,
  type Color,
  deploymentName,
  otherColor,
  POLICY_ANNOTATION,
  previewServiceName,
  selectorLabels,
} from '../../../charts/names.js';
import { RefusedError } from '../../core/errors.js';
import type { KubernetesObject, Service } from '../../core/kubernetes.js';
import { activeColor } from '../../plan/active-color.js';
import { labelText } from '../../plan/label-selector.js';
import { type Difference, differences, nameOf } from './differences.js';
import type { LiveDeployment, LiveService } from './objects.js';
import type { LiveRelease } from './observe.js';

export interface Findings {
  /** What a spec cannot say, or would change in Pods. */
  readonly losses: readonly string[];
  /** What is not the same and changes neither Pods nor traffic. */
  readonly notes: readonly string[];
}

/**
 * The color that has the traffic of objects that can be adopted.
 *
 * @throws RefusedError when something of them that cannot be changed is not as a release has it
 */
export function requireAdoptable({ objects, autoscalers }: LiveRelease, release: string, namespace: string): Color {
  const active = objects.find(
    ({ kind, metadata }) => kind === 'Service' && metadata.name === activeServiceName(release),
  );
  if (!active)
    throw new RefusedError(
      `services "${activeServiceName(release)}" not found in namespace "${namespace}": its selector says which color has the traffic`,
    );
  const color = activeColor(active as Service, release);
  if (!objects.some((object) => isDeployment(object) && object.metadata.name === deploymentName(release, color)))
    throw new RefusedError(
      `deployments.apps "${deploymentName(release, color)}" not found in namespace "${namespace}": ${color} has the traffic`,
    );
  for (const object of objects.filter(isDeployment)) requireSelector(object, release, color);
  for (const { metadata, spec } of autoscalers) {
    if (metadata.name === spec.scaleTargetRef.name) continue;
    throw new RefusedError(
      `horizontalpodautoscaler "${metadata.name}" scales deployment "${spec.scaleTargetRef.name}", want one of the same name: ` +
        "a release's own would be a second one; create it under that name and delete this one first",
    );
  }
  return color;
}

const isDeployment = (object: KubernetesObject): object is LiveDeployment => object.kind === 'Deployment';

function requireSelector({ metadata, spec: { selector } }: LiveDeployment, release: string, active: Color): void {
  const color = COLORS.find((each) => metadata.name === deploymentName(release, each)) ?? 'blue';
  const wanted = selectorLabels(release, color);
  if (isDeepStrictEqual({ ...selector.matchLabels }, wanted) && !selector.matchExpressions?.length) return;
  const seen = selector.matchExpressions?.length ? JSON.stringify(selector) : labelText(selector.matchLabels ?? {});
  throw new RefusedError(
    `deployment "${metadata.name}" has selector ${seen}, want ${labelText(wanted)}: a selector cannot be changed, so it cannot be ` +
      'adopted as it is; a release of another name can be made beside it: ' +
      `kubectl bluegreen init NEW-NAME --from-cluster --deployment=${deploymentName(release, active)} --service=${activeServiceName(release)}`,
  );
}

/**
 * Compares what is live with what the spec of it synthesizes.
 *
 * @param active - the color that the spec was read from
 */
export function judgeAdoption(
  live: readonly KubernetesObject[],
  wanted: readonly KubernetesObject[],
  release: string,
  active: Color,
): Findings {
  const find = (objects: readonly KubernetesObject[], { kind, metadata }: KubernetesObject) =>
    objects.find((object) => object.kind === kind && object.metadata.name === metadata.name);
  const losses: string[] = [];
  const notes: string[] = [];
  const described = describedPaths(live, wanted, release, active);
  const other = `deployment/${deploymentName(release, otherColor(active))}`;
  const isOfOther = ({ object, path }: Difference) => object === other && !described.has(path);
  for (const object of live) {
    const counterpart = find(wanted, object);
    if (!counterpart) {
      const outside = OUTSIDE[object.kind];
      if (outside === undefined) losses.push(`${nameOf(object)}: not supported by the release spec`);
      else if (outside) notes.push(`${nameOf(object)} ${outside}`);
      continue;
    }
    for (const difference of differences(portsByName(object, wanted), counterpart)) {
      if (isOurs(difference) || isManaged(difference, wanted)) continue;
      if (isHarmless(difference, release)) notes.push(describeNote(difference, release));
      else losses.push(isOfOther(difference) ? describeOther(difference, active) : describeDifference(difference));
    }
  }
  for (const object of wanted) if (!find(live, object)) notes.push(`${nameOf(object)} is not there; deploy creates it`);
  return { losses, notes };
}

/** Where even the color that the spec was read from differs from it. */
function describedPaths(
  live: readonly KubernetesObject[],
  wanted: readonly KubernetesObject[],
  release: string,
  active: Color,
): Set<string> {
  const of = (objects: readonly KubernetesObject[]) =>
    objects.find((object) => isDeployment(object) && object.metadata.name === deploymentName(release, active));
  const [before, after] = [of(live), of(wanted)];
  return new Set(before && after ? differences(before, after).map(({ path }) => path) : []);
}

/** Objects that a release may do without, and what to say of them. */
const OUTSIDE: Readonly<Record<string, string>> = {
  ServiceAccount: '',
  ConfigMap: 'stays outside of the release, as its keys are not all variables of the same name: the spec refers to it',
};

/** Marks that this program sets and removes itself; of the policy, readPolicy says what holds where there is none. */
function isOurs({ path, kind, live, wanted }: Difference): boolean {
  if (kind === 'added' && path.startsWith('metadata.annotations') && isOnlyPolicy(path, wanted)) return true;
  if (path === `metadata.annotations["${POLICY_ANNOTATION}"]` && kind === 'changed')
    return isDeepStrictEqual(JSON.parse(String(live)), JSON.parse(String(wanted)));
  return kind === 'lost' && path.startsWith('metadata.annotations["kubectl-bluegreen.dev/');
}

function isOnlyPolicy(path: string, wanted: unknown): boolean {
  const names = path === 'metadata.annotations' ? Object.keys(wanted as object) : [path];
  return names.every((name) => name.includes(POLICY_ANNOTATION));
}

/** With an autoscaler a manifest names no number of replicas. */
function isManaged({ object, path }: Difference, wanted: readonly KubernetesObject[]): boolean {
  const deployment = object.replace(/^deployment\//, '');
  const scales = ({ kind, metadata }: KubernetesObject) =>
    kind === 'HorizontalPodAutoscaler' && metadata.name === deployment;
  return path === 'spec.replicas' && wanted.some(scales);
}

function isHarmless({ object, path, kind }: Difference, release: string): boolean {
  if (path.startsWith('metadata')) return true;
  if (path.startsWith('spec.template') || path === 'spec.strategy') return false;
  // It is the color without traffic that this Service shows, and promote points it there again.
  if (object === `service/${previewServiceName(release)}` && path.startsWith('spec.selector')) return true;
  // The name of a Service's port stands for its number.
  return kind === 'added' || path.endsWith('.backend.service.port.number');
}

/** A Service that names the number of a Pod's port means the same as one that names its name. */
export function portsByName(object: KubernetesObject, wanted: readonly KubernetesObject[]): KubernetesObject {
  if (object.kind !== 'Service') return object;
  const service = object as LiveService;
  const ports = wanted.filter(isDeployment).flatMap(({ spec }) => spec.template.spec.containers[0]?.ports ?? []);
  const nameOfPort = (number: unknown) => ports.find(({ containerPort }) => containerPort === number)?.name;
  const named = service.spec.ports?.map((port) => {
    const targetPort = port.targetPort ?? port.port;
    return { ...port, targetPort: nameOfPort(targetPort) ?? targetPort };
  });
  return { ...service, spec: { ...service.spec, ...(named && { ports: named }) } } as KubernetesObject;
}

/** The spec was read from the color that has the traffic. */
const describeOther = ({ object, path }: Difference, active: Color): string =>
  `${object}: ${path}: ${active} has it otherwise, and a spec says it once for both`;

/** What becomes of a difference that matters neither to Pods nor to traffic. */
function describeNote({ object, path, kind }: Difference, release: string): string {
  if (kind === 'lost') return `${object}: ${path} is in no manifest, and stays as it is`;
  const traffic = [activeServiceName(release), previewServiceName(release)].map((name) => `service/${name}`);
  const isColored = COLORS.some((color) => object.endsWith(`/${deploymentName(release, color)}`));
  const when = isColored ? 'deploy of that color sets it' : 'deploy leaves it, and with --apply-shared sets it';
  return `${object}: ${path} is not as in its manifest: ${traffic.includes(object) ? 'deploy leaves it so' : when}`;
}

/** Where a value may be a secret, it is not told. */
const isQuiet = (path: string) => /\.env\b|^data\b|annotations/.test(path);

export function describeDifference({ object, path, kind, live, wanted }: Difference): string {
  const value = (of: unknown) => (typeof of === 'object' || isQuiet(path) ? '' : ` ${JSON.stringify(of)}`);
  const where = `${object}: ${path}`;
  if (kind === 'lost') return `${where}${value(live)}: not supported by the release spec`;
  if (kind === 'added') return `${where}${value(wanted)}: is not live, and a spec would add it`;
  if (live === undefined || value(live) === '') return `${where}: a spec would change it`;
  return `${where}${value(live)}: a spec would make it${value(wanted)}`;
}
