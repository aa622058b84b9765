import type { k8s } from 'cdk8s-plus-28';
import { type Color, otherColor, selectorLabels } from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';

/** Keeps a color's Pods away from the other color's. */
export function affinity({ name, antiAffinity }: ReleaseSpec, color: Color): k8s.Affinity | undefined {
  if (!antiAffinity) return undefined;
  const term: k8s.PodAffinityTerm = {
    labelSelector: { matchLabels: selectorLabels(name, otherColor(color)) },
    topologyKey: antiAffinity.topologyKey,
  };
  return {
    podAntiAffinity:
      antiAffinity.betweenColors === 'required'
        ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
        : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] },
  };
}

/** Spreads each color by itself: counted together, an uneven idle color would make the active one uneven. */
export function topologySpread(spec: ReleaseSpec, color: Color): k8s.TopologySpreadConstraint[] {
  return spec.topologySpreadConstraints.map((constraint) => ({
    ...constraint,
    labelSelector: { matchLabels: selectorLabels(spec.name, color) },
  }));
}
