import { FIELD_MANAGER } from '../../../charts/names.js';
import type { KubernetesObject, ManagedFields, Service } from '../../core/kubernetes.js';
import { isOwnManager } from '../field-writer.js';
import { extract } from './extract.js';
import { appliedBy, ownedBy } from './owned.js';
import { paths } from './paths.js';
import { difference, type FieldSet, intersection, isEmpty, union } from './set.js';
import { takeOver, withManagedFields } from './take-over.js';

/** What to apply so that an object is again what it was before a run. */
export interface PutBack {
  readonly object: KubernetesObject;
  /** Fields that another manager changed meanwhile, and that stay as they are: `.spec.replicas (kube-controller-manager)`. */
  readonly left: readonly string[];
}

/**
 * Every field that the plugin owned before or owns now gets the value that it had, and goes where it had none; what others
 * own is not touched, and what another manager has changed since is left to it.
 *
 * @param before - as it was read before the run, with its managedFields
 * @param now - as it is, taken over
 */
export function putBack(before: KubernetesObject, now: KubernetesObject): PutBack {
  const owned = withManagedFields(before, takeOver(before));
  const touched = union(appliedBy(owned, FIELD_MANAGER), appliedBy(now, FIELD_MANAGER));
  const isOthers = ({ manager, operation }: ManagedFields) => !(isOwnManager(manager) && operation === 'Apply');
  const since = difference(ownedBy(now, isOthers), ownedBy(owned, isOthers));
  const edited = intersection(touched, since);
  return { object: extract(before, difference(touched, edited)), left: editors(now, edited, isOthers) };
}

function editors(now: KubernetesObject, edited: FieldSet, isOthers: (entry: ManagedFields) => boolean): string[] {
  const entries = (now.metadata.managedFields ?? []).filter(isOthers);
  return entries.flatMap((entry) => {
    const fields = intersection(
      edited,
      ownedBy(now, (one) => one === entry),
    );
    return isEmpty(fields) ? [] : paths(fields).map((path) => `${path} (${entry.manager ?? 'unknown'})`);
  });
}

/** A Service as it was, with the node ports that it had: the server would choose others. */
export function servicePutBack(before: Service, now: Service): Service {
  const { object } = putBack(before, now);
  const service = object as Service;
  return before.spec.ports ? { ...service, spec: { ...service.spec, ports: before.spec.ports } } : service;
}
