import { FIELD_MANAGER } from '../../charts/names.js';
import { ApiError } from '../core/errors.js';
import type { KubernetesObject, ManagedFields } from '../core/kubernetes.js';
import { objectPath } from '../kube/resources.js';
import { forApply } from '../plan/fields/for-apply.js';
import { appliedBy, ownedBy } from '../plan/fields/owned.js';
import { remove } from '../plan/fields/remove.js';
import { difference } from '../plan/fields/set.js';
import { takeOver, withManagedFields } from '../plan/fields/take-over.js';
import type { Rehearsal } from '../plan/input.js';
import { type LiveObjects, objectKey } from '../plan/manifests.js';
import { mergePatch } from '../plan/merge-patch.js';
import { withStated } from '../plan/stated.js';
import type { Run } from './context.js';

/** What a dry run of each object gave, and which could not be asked for. */
export interface Rehearsed {
  readonly results: Rehearsal;
  /** Objects of which the server does not make a dry run, by objectKey, with its words. */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Asks the API server what applying objects would make of them, all at once; nothing is written.
 *
 * @param objects - of which each is among `live`
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run
 */
export async function rehearse(
  { api }: Pick<Run, 'api'>,
  namespace: string,
  objects: readonly KubernetesObject[],
  live: LiveObjects,
): Promise<Rehearsed> {
  const results = new Map<string, KubernetesObject | ApiError>();
  const refused = new Map<string, string>();
  await Promise.all(
    objects.map(async (wanted) => {
      const key = objectKey(wanted);
      try {
        results.set(key, await rehearseOne({ api }, namespace, wanted, live.get(key) as KubernetesObject));
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        if (cannotRehearse(error)) refused.set(key, error.message);
        else results.set(key, error);
      }
    }),
  );
  return { results, refused };
}

/** The user may not patch, or a webhook has side effects. */
const cannotRehearse = ({ status, message }: ApiError) =>
  status === 403 || (status === 400 && /dry.?run/i.test(message));

/** An apply takes over fields of kubectl first, which no dry run can show: then the same end is asked for by a merge patch. */
async function rehearseOne(
  { api }: Pick<Run, 'api'>,
  namespace: string,
  manifest: KubernetesObject,
  live: KubernetesObject,
): Promise<KubernetesObject> {
  const path = objectPath(manifest, namespace);
  const wanted = forApply(manifest, live);
  const managedFields = takeOver(live);
  if (!managedFields) return await api.apply(path, wanted, { dryRun: true });
  const owned = withManagedFields(live, managedFields);
  const isOther = ({ manager, operation }: ManagedFields) => !(manager === FIELD_MANAGER && operation === 'Apply');
  const own = difference(appliedBy(owned, FIELD_MANAGER), ownedBy(owned, isOther));
  const after = withStated(remove(live, own), wanted, { withEmpty: true });
  return await api.patch(path, mergePatch(live, after), { dryRun: true });
}
