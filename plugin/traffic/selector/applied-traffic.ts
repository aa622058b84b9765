import { FIELD_MANAGER } from '../../../charts/names.js';
import type { Service, ServicePort } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { isOwnManager } from '../../plan/field-writer.js';
import { extract } from '../../plan/fields/extract.js';
import { appliedBy, appliesSpecField } from '../../plan/fields/owned.js';
import { guarded } from '../../run/apply.js';
import type { Run } from '../../run/context.js';

/*
 * Flux applies a field that it is told to ignore in one of two ways. Where another manager has applied it, it leaves the
 * field out. Where none has, it applies the value that it read some milliseconds before, whatever was written since: a switch
 * in between is taken back. So on a Service that another tool applies, the selector is written by server-side apply. A switch
 * between its read and its dry run can still be taken back, where git has the color that traffic moves away from.
 * https://github.com/fluxcd/pkg/blob/main/ssa/manager_apply.go (computeDriftedPaths)
 */

/** Whether a manager that is not this plugin's applies an object, whatever it applies of it. */
export const isAppliedElsewhere = ({ metadata }: Service): boolean =>
  (metadata.managedFields ?? []).some(
    ({ manager, operation, subresource }) => operation === 'Apply' && !subresource && !isOwnManager(manager),
  );

interface Traffic {
  /** Added to, or in place of, what is live; null takes a label away. */
  readonly selector: Readonly<Record<string, string | null>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
}

/** Writes a Service's selector in one request, in the state in which it was read and in no later one. */
export function applyTraffic(run: Run, live: Service, { selector, annotations, ports }: Traffic): Promise<Service> {
  const merged = Object.entries({ ...live.spec.selector, ...selector });
  const wanted = Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== null));
  // What an apply no longer states is taken away: all else that this plugin applied is stated again.
  const { metadata, spec, ...own } = extract(live, appliedBy(live, FIELD_MANAGER));
  const all = { ...metadata.annotations, ...annotations };
  const object = {
    ...own,
    metadata: { ...metadata, ...(Object.keys(all).length > 0 && { annotations: all }) },
    spec: { ...spec, selector: wanted, ...(ports && { ports }) },
  } as Service;
  return run.api.apply<Service>(resourcePath('Service', run.namespace, live.metadata.name), guarded(object, live));
}

/** Makes the selector of a Service that another tool applies this plugin's too, as it is. @returns the Service as it is then */
export async function claimTraffic(run: Run, live: Service): Promise<Service> {
  if (!isAppliedElsewhere(live) || appliesSpecField(live, FIELD_MANAGER, 'selector')) return live;
  return await applyTraffic(run, live, { selector: {} });
}
