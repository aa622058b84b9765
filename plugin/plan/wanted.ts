import { type Color, RECORD_ANNOTATIONS } from '../../charts/names.js';
import { ApiError } from '../core/errors.js';
import type { Deployment, KubernetesObject, Service } from '../core/kubernetes.js';
import { servingColors } from './active-color.js';
import { imageOf, releaseContainer, targetImage, withImage } from './image.js';
import type { PlanInput } from './input.js';
import { allObjects, contains, deploymentColor, type Manifests, manifestDeployment, objectKey } from './manifests.js';
import { sameObject } from './normalize.js';
import { fullReplicas, wantedReplicas } from './replicas.js';

/** The part of a plan's input by which wanted objects are made. */
type Wanting = Omit<PlanInput, 'rehearsed' | 'policies'>;

/** Every object of the manifests that exists, as a run would apply it: what to ask the API server for. */
export function wantedObjects(input: Wanting, manifests: Manifests): KubernetesObject[] {
  const { release } = input.state;
  return allObjects(manifests)
    .filter((object) => input.live.has(objectKey(object)))
    .map((object) => {
      if (object === manifests.active || object === manifests.preview) return wantedService(input, object as Service);
      const color = deploymentColor(object, release);
      return color ? wantedDeployment(input, manifests, color) : object;
    });
}

/** A color's Deployment of the manifests, with the image and the replicas that a run would give it. */
export function wantedDeployment(input: Wanting, manifests: Manifests, color: Color): Deployment {
  const { state, intent } = input;
  const manifest = manifestDeployment(manifests, state.release, color);
  const container = releaseContainer(manifest);
  const image = wantedImage(input, manifests, color);
  const versioned = container && image ? withImage(manifest, container.name, image) : manifest;
  // A manifest without replicas leaves them to its HorizontalPodAutoscaler.
  if (manifest.spec.replicas === undefined) return versioned;
  const isPrepared = !servingColors(state).includes(color) || intent.to === color;
  const replicas = isPrepared
    ? wantedReplicas({ state, manifests }, color).replicas
    : (fullReplicas(manifests, state.release, color) ?? manifest.spec.replicas);
  return { ...versioned, spec: { ...versioned.spec, replicas } };
}

export function wantedImage({ state, intent }: Wanting, manifests: Manifests, color: Color): string | undefined {
  const stated = imageOf(manifestDeployment(manifests, state.release, color));
  return targetImage(stated, intent.target, imageOf(state.deployments[color]) ?? stated);
}

/** A Service of traffic as its manifest has it, but for what runs write on it: its selector and their records. */
export function wantedService({ live }: Pick<Wanting, 'live'>, manifest: Service): Service {
  const found = live.get(objectKey(manifest)) as Service | undefined;
  return found ? withLiveTraffic(manifest, found) : manifest;
}

/** @param live - the Service as it is now */
export function withLiveTraffic(manifest: Service, live: Service): Service {
  const all = live.metadata.annotations ?? {};
  const records = RECORD_ANNOTATIONS.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
  const annotations = { ...manifest.metadata.annotations, ...Object.fromEntries(records) };
  return {
    ...manifest,
    metadata: { ...manifest.metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: { ...manifest.spec, ...(live.spec.selector && { selector: live.spec.selector }) },
  };
}

/** Whether applying an object would change it: by the server's answer, else by the fields that it states. */
export function changes({ live, rehearsed }: Pick<PlanInput, 'live' | 'rehearsed'>, wanted: KubernetesObject): boolean {
  const key = objectKey(wanted);
  const now = live.get(key);
  if (!now) return true;
  const would = rehearsed?.get(key);
  if (would instanceof ApiError) return true;
  return would ? !sameObject(now, would) : !contains(now, wanted);
}

/** Whether a color runs what the manifests would have it run with the version that is asked for. */
export function runsWanted(input: PlanInput, manifests: Manifests, color: Color): boolean {
  const wanted = wantedDeployment(input, manifests, color);
  const now = input.state.deployments[color];
  const would = input.rehearsed?.get(objectKey(wanted));
  if (!now || would instanceof ApiError) return false;
  if (!would) return contains(now.spec.template, wanted.spec.template);
  return sameObject(templateOnly(now), templateOnly(would as Deployment));
}

const templateOnly = ({ apiVersion, kind, metadata: { name }, spec: { template } }: Deployment): KubernetesObject =>
  ({ apiVersion, kind, metadata: { name }, spec: { template } }) as unknown as KubernetesObject;
