import { type Color, deploymentName, otherColor } from '../../charts/names.js';
import type { Deployment, ManagedFields } from '../kubernetes.js';
import { isOwnManager } from './field-writer.js';
import { isKubectls, isManifestWriter } from './fields/kubectl.js';
import { ownsSpecField } from './fields/owned.js';
import { type Manifests, manifestDeployment } from './manifests.js';
import type { State } from './state.js';

/** How many Pods a color gets, and what is to be said about the number. */
export interface WantedReplicas {
  readonly replicas: number;
  readonly notes: readonly string[];
}

/**
 * Replicas of the color that a run prepares.
 *
 * Without an autoscaler the manifests decide, both ways: as many as they give a color that has the traffic. Unless the
 * color that has it was scaled by hand: then as many as that has. With an autoscaler of its own a color gets as many as
 * serve now, and the autoscaler takes it from there. Without manifests a color is never lower than the one that serves.
 */
export function wantedReplicas(state: State, color: Color, manifests: Manifests | undefined): WantedReplicas {
  const current = state.deployments[color]?.spec.replicas;
  const active = state.deployments[otherColor(color)];
  const serving = active?.spec.replicas ?? 1;
  const stated = manifests && fullReplicas(manifests, state.release, color);
  if (!manifests || stated === undefined) return { replicas: Math.max(current ?? 1, serving), notes: [] };
  if (!state.active || !active || stated === serving) return { replicas: stated, notes: [] };
  const scaledBy = handScaledBy(active);
  const name = deploymentName(state.release, otherColor(color));
  if (scaledBy !== undefined && serving > stated)
    return {
      replicas: serving,
      notes: [
        `deployment "${name}" was scaled to ${serving} replicas by ${scaledBy}: ${color} gets ${serving} too, where its manifest says ${stated}`,
      ],
    };
  return {
    replicas: stated,
    notes:
      stated < serving
        ? [
            `${color} gets ${stated} replicas, as its manifest says; ${otherColor(color)} has the traffic with ${serving}`,
          ]
        : [],
  };
}

/** Pods that manifests give a color when it has the traffic: they say fewer of the one that idles. Undefined with an autoscaler. */
export function fullReplicas(manifests: Manifests, release: string, color: Color): number | undefined {
  const own = manifestDeployment(manifests, release, color).spec.replicas;
  const other = manifestDeployment(manifests, release, otherColor(color)).spec.replicas;
  return own === undefined ? undefined : Math.max(own, other ?? own);
}

/** What set a Deployment's replicas last, other than a manifest: a person, or an autoscaler that no manifest names. */
export function handScaledBy({ metadata }: Deployment): string | undefined {
  const writers = (metadata.managedFields ?? []).filter((entry) => ownsSpecField(entry, 'replicas'));
  // An apply states what a manifest says, and so does one by hand.
  if (writers.some(({ manager, operation }) => operation === 'Apply' || isOwnManager(manager))) return undefined;
  const isByHand = (entry: ManagedFields) =>
    entry.subresource === 'scale' || (isKubectls(entry) && !isManifestWriter(entry));
  return writers.find(isByHand)?.manager;
}
