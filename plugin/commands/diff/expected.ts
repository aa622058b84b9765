import { type Color, otherColor } from '../../../charts/names.js';
import type { Deployment, KubernetesObject, Service } from '../../core/kubernetes.js';
import { type LiveObjects, type Manifests, manifestDeployment, objectKey } from '../../plan/manifests.js';
import { fullReplicas, wantedReplicas } from '../../plan/replicas.js';
import type { State } from '../../plan/state.js';
import { roleOf } from './names.js';

/** A release's manifests, what lives of them, and where the traffic is. */
export interface Situation {
  readonly release: string;
  readonly manifests: Manifests;
  readonly live: LiveObjects;
  /** By the live selector; undefined where the release is not installed. */
  readonly active: Color | undefined;
  /** By the manifests. */
  readonly manifestActive: Color | undefined;
}

/** The manifest of an object as it is to be compared: what promote, rollback and deploy set by themselves is as it lives. */
export function expectedObject(object: KubernetesObject, situation: Situation): KubernetesObject {
  const live = situation.live.get(objectKey(object));
  if (!live) return object;
  const role = roleOf(object, situation.release);
  if (role === 'active' || role === 'preview') return withSelector(object as Service, live as Service);
  if (object.kind === 'Deployment' && (role === 'blue' || role === 'green'))
    return withReplicas(object as Deployment, live as Deployment, role, situation);
  return object;
}

/** A Service's selector is traffic: the manifest's is the one of the first install. */
function withSelector(service: Service, live: Service): Service {
  if (!live.spec.selector) return service;
  return { ...service, spec: { ...service.spec, selector: live.spec.selector } };
}

/**
 * A manifest says how many replicas a color has in the role that the manifests give it. Promote swaps the roles, and gives
 * the color that it deploys to as many as the manifests give one that has the traffic, or as a person gave the active one.
 */
function withReplicas(manifest: Deployment, live: Deployment, color: Color, situation: Situation): Deployment {
  const own = manifest.spec.replicas;
  const { release, manifests, active, manifestActive } = situation;
  const full = fullReplicas(manifests, release, color);
  if (own === undefined || full === undefined || active === undefined) return manifest;
  const other = manifestDeployment(manifests, release, otherColor(color)).spec.replicas ?? own;
  const isSwapped = active !== manifestActive;
  const prepared = () => wantedReplicas({ state: liveState(situation), manifests }, color).replicas;
  const wanted = color === active ? (isSwapped ? full : own) : prepared();
  const fine = color === active ? [] : [own, ...(isSwapped ? [other] : [])];
  const current = live.spec.replicas ?? 1;
  const replicas = fine.includes(current) ? current : wanted;
  return { ...manifest, spec: { ...manifest.spec, replicas } };
}

/** What of a release's state is among the live counterparts of its manifests. */
export function liveState({ release, manifests, live }: Situation): Pick<State, 'release' | 'active' | 'deployments'> {
  const find = (color: Color) =>
    live.get(objectKey(manifestDeployment(manifests, release, color))) as Deployment | undefined;
  const active = live.get(objectKey(manifests.active)) as Service | undefined;
  return { release, ...(active && { active }), deployments: { blue: find('blue'), green: find('green') } };
}
