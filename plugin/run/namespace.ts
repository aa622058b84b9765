import { ApiError, RefusedError, UnprovenError } from '../core/errors.js';
import type { KubernetesObject } from '../core/kubernetes.js';
import type { Run } from './context.js';
import { namespacePath } from './observe.js';

/**
 * Says that the namespace is being deleted, or is gone, when that may be why a step failed: Pods and Services then go one after the other.
 *
 * Namespaces are cluster-scoped: who may not read them goes without it.
 */
export async function warnOfTermination({ api, namespace, reporter, signal }: Run, cause: unknown): Promise<void> {
  const mayBe = cause instanceof RefusedError || cause instanceof UnprovenError || cause instanceof ApiError;
  if (!mayBe || signal.aborted) return;
  try {
    const { metadata } = await api.get<KubernetesObject>(namespacePath(namespace));
    const since = metadata.deletionTimestamp;
    if (since) reporter.warn(`namespace "${namespace}" is being deleted since ${since}, and everything in it`);
  } catch (error) {
    // What failed is told anyway.
    if (error instanceof ApiError && error.status === 404)
      reporter.warn(`namespace "${namespace}" was deleted, and everything in it`);
  }
}
