import { type Color, deploymentName, otherColor } from '../../charts/names.js';
import type { Deployment, HorizontalPodAutoscaler, ManagedFields } from '../core/kubernetes.js';
import { autoscalerOf, withinBounds } from './autoscaler.js';
import { isOwnManager } from './field-writer.js';
import { isKubectls, isManifestWriter } from './fields/kubectl.js';
import { ownsSpecField } from './fields/owned.js';
import type { PlanInput } from './input.js';
import { type Manifests, manifestDeployment } from './manifests.js';
import type { State } from './state.js';

/** How many Pods a color gets, and what is to be said about the number. */
export interface WantedReplicas {
  readonly replicas: number;
  readonly notes: readonly string[];
}

type Replicating = Pick<PlanInput, 'manifests' | 'autoscalers'> & {
  readonly state: Pick<State, 'release' | 'active' | 'deployments'>;
};

/**
 * Replicas of the color that a run prepares.
 *
 * Without an autoscaler the manifests decide, both ways: as many as they give a color that has the traffic. Unless the
 * color that has it was scaled by hand: then as many as that has. With an autoscaler of its own a color gets as many as
 * serve now and the autoscaler allows, and it takes it from there. Without manifests a color is never lower than the one
 * that serves, unless its autoscaler has a lower maximum.
 */
export function wantedReplicas({ state, manifests, autoscalers = [] }: Replicating, color: Color): WantedReplicas {
  const current = state.deployments[color]?.spec.replicas;
  const active = state.deployments[otherColor(color)];
  const serving = active?.spec.replicas ?? 1;
  const stated = manifests && fullReplicas(manifests, state.release, color);
  if (!manifests || stated === undefined) {
    const autoscaler = autoscalerOf(manifests?.colors[color] ?? autoscalers, deploymentName(state.release, color));
    return autoscaled(autoscaler, Math.max(current ?? 1, serving), active && { color, serving });
  }
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

/** @param traffic - the color that is prepared, and the replicas of the one that has the traffic */
function autoscaled(
  autoscaler: HorizontalPodAutoscaler | undefined,
  enough: number,
  traffic: { readonly color: Color; readonly serving: number } | undefined,
): WantedReplicas {
  const replicas = autoscaler ? withinBounds(autoscaler, enough) : enough;
  if (!autoscaler || !traffic || replicas >= traffic.serving) return { replicas, notes: [] };
  const { color, serving } = traffic;
  const note =
    `${color} gets ${replicas} replicas, the most that horizontalpodautoscaler "${autoscaler.metadata.name}" allows; ` +
    `${otherColor(color)} has the traffic with ${serving}`;
  return { replicas, notes: [note] };
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
