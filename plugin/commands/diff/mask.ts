import type { KubernetesObject } from '../../core/kubernetes.js';
import { byName, type Fields, isMap } from '../../plan/values.js';
import type { Pair } from './change.js';

const MASK = '***';

/**
 * The values of Secrets, as kubectl diff masks them: that one changed shows, what it is does not.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go
 */
export function maskSecret(pair: Pair): Pair {
  const { before, after } = pair;
  if (before?.kind !== 'Secret' && after?.kind !== 'Secret') return pair;
  return {
    ...(before && { before: masked(before, after, 'before') }),
    ...(after && { after: masked(after, before, 'after') }),
  };
}

function masked(own: KubernetesObject, other: KubernetesObject | undefined, which: string): KubernetesObject {
  const [object, counterpart] = [{ ...own } as unknown as Fields, other as unknown as Fields | undefined];
  for (const field of ['data', 'stringData']) {
    const [values, others] = [object[field], counterpart?.[field]];
    if (!isMap(values)) continue;
    const mask = ([key, value]: [string, unknown]) => {
      const differs = isMap(others) && Object.hasOwn(others, key) && others[key] !== value;
      return [key, differs ? `${MASK} (${which})` : MASK];
    };
    object[field] = Object.fromEntries(Object.entries(values).map(mask));
  }
  return object as unknown as KubernetesObject;
}

/**
 * Masks the values of environment variables that the manifest does not name: they were set in the cluster, and a reader of
 * the pull request may not be allowed to read them there.
 */
export function maskForeignEnv<T>(live: T, manifest: unknown): T {
  return maskValue(live, manifest) as T;
}

function maskValue(live: unknown, manifest: unknown): unknown {
  if (Array.isArray(live)) {
    const items = Array.isArray(manifest) ? manifest : [];
    const named = byName(items);
    return live.map((item, index) =>
      maskValue(item, isMap(item) && typeof item.name === 'string' ? named?.get(item.name) : items[index]),
    );
  }
  if (!isMap(live)) return live;
  const stated = isMap(manifest) ? manifest : {};
  const mask = ([key, value]: [string, unknown]) => [
    key,
    key === 'env' && Array.isArray(value) ? maskEnv(value, stated[key]) : maskValue(value, stated[key]),
  ];
  return Object.fromEntries(Object.entries(live).map(mask));
}

function maskEnv(env: readonly unknown[], stated: unknown): unknown[] {
  const names = Array.isArray(stated) ? stated.filter(isMap).map(({ name }) => name) : [];
  return env.map((variable) =>
    isMap(variable) && 'value' in variable && !names.includes(variable.name) ? { ...variable, value: MASK } : variable,
  );
}
