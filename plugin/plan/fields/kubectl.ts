import { PLUGIN } from '../../../charts/names.js';
import type { ManagedFields } from '../../core/kubernetes.js';
import { setOf } from './owned.js';
import { type FieldSet, within } from './set.js';

/** They write a whole manifest, so that all of it is meant, labels and annotations too. */
const MANIFEST_WRITERS = [
  'kubectl-client-side-apply',
  'kubectl-create',
  'kubectl-replace',
  // The server's name for what was there before an object's first apply.
  'before-first-apply',
  // The field manager that this project had before; it wrote by create, replace and patch too.
  PLUGIN,
];

/** What an object does, in contrast to what is told about it. */
const CONTENT = ['f:spec', 'f:data', 'f:binaryData'];

/**
 * What of an entry belongs to whom the manifest belongs to: all that kubectl wrote from a manifest and all that this
 * plugin wrote without applying it; of what a person changed by another command of kubectl, the spec: a label or an
 * annotation that a person put on an object stays theirs.
 *
 * @param manager - the name by which this plugin applies
 */
export function kubectlFields(entry: ManagedFields, manager: string): FieldSet {
  const { manager: name, operation } = entry;
  if (name === manager) return operation === 'Update' ? setOf(entry) : {};
  if (isManifestWriter(entry) || (name === 'kubectl' && operation === 'Apply')) return setOf(entry);
  return isKubectls(entry) ? within(setOf(entry), ...CONTENT) : {};
}

/** Whether a field manager writes whole manifests. */
export const isManifestWriter = ({ manager = '' }: ManagedFields): boolean => MANIFEST_WRITERS.includes(manager);

/** Whether a person or a script wrote with kubectl; the default name of kubectl's commands is `kubectl-COMMAND`. */
export const isKubectls = ({ manager = '' }: ManagedFields): boolean =>
  manager === 'kubectl' || manager.startsWith('kubectl-');
