import type { KubernetesObject } from '../../core/kubernetes.js';

/** Marks of tools that own an object: a manifest of ours must not claim to be theirs. */
const OWNERS = /^(kubectl-bluegreen\.dev|meta\.helm\.sh|argocd\.argoproj\.io|(kustomize|helm)\.toolkit\.fluxcd\.io)\//;

export function without(map: Readonly<Record<string, string>> = {}, keys: readonly string[] = []) {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}

/** The annotations that every object has. */
export function commonAnnotations(objects: readonly KubernetesObject[]): Record<string, string> {
  const [first, ...others] = objects.map(({ metadata }) => metadata.annotations ?? {});
  const entries = Object.entries(first ?? {}).filter(
    ([key, value]) => !OWNERS.test(key) && others.every((annotations) => annotations[key] === value),
  );
  return Object.fromEntries(entries);
}

/** The annotations that an object has besides. */
export function ownAnnotations(
  object: KubernetesObject | undefined,
  common: Readonly<Record<string, string>>,
): Record<string, string> {
  const entries = Object.entries(object?.metadata.annotations ?? {});
  return Object.fromEntries(entries.filter(([key, value]) => !OWNERS.test(key) && common[key] !== value));
}
