import { ApiError, type StatusDetails } from '../../../plugin/core/errors.js';
import type { KubernetesObject, ManagedFields } from '../../../plugin/core/kubernetes.js';
import { paths } from '../../../plugin/plan/fields/paths.js';
import type { FieldSet } from '../../../plugin/plan/fields/set.js';

/** The API server's answers to what it refuses, in its words. */

const refusal = (status: number, reason: string, message: string, details?: StatusDetails): ApiError =>
  new ApiError(status, reason, message, details);

export const notFound = (what: string) => refusal(404, 'NotFound', `${what} not found`);
export const alreadyExists = (what: string) => refusal(409, 'AlreadyExists', `${what} already exists`);
export const conflict = (what: string, why: string) =>
  refusal(409, 'Conflict', `Operation cannot be fulfilled on ${what}: ${why}`);
export const modified = (what: string) =>
  conflict(what, 'the object has been modified; please apply your changes to the latest version and try again');
export const badRequest = (message: string) => refusal(400, 'BadRequest', message);
/** The server gives these no reason. */
export const rejected = (message: string) => refusal(500, 'HTTP 500', message);
export const untyped = (message: string) => rejected(`failed to create typed patch object: ${message}`);

export interface Cause {
  readonly reason: 'FieldValueInvalid' | 'FieldValueDuplicate' | 'FieldValueRequired' | 'FieldValueForbidden';
  readonly field: string;
  readonly message: string;
}

export function invalid(
  { kind, apiVersion, metadata }: KubernetesObject,
  causes: readonly Cause[],
  words?: string,
): ApiError {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  const told = causes.map(({ field, message }) => `${field}: ${message}`);
  const all = told.length > 1 ? `[${told.join(', ')}]` : told.join('');
  return refusal(422, 'Invalid', words ?? `${kind}${group} "${metadata.name}" is invalid: ${all}`, { causes });
}

export function applyConflict(conflicts: readonly { entry: ManagedFields; fields: FieldSet }[]): ApiError {
  const causes = conflicts.flatMap(({ entry, fields }) =>
    paths(fields).map((field) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${printManager(entry)}`,
      field,
    })),
  );
  const count = causes.length === 1 ? '1 conflict' : `${causes.length} conflicts`;
  const told = causes.map(({ message, field }) => `${message}: ${field}`);
  return refusal(409, 'Conflict', `Apply failed with ${count}: ${told.join('\n')}`, { causes });
}

function printManager({ manager = '', operation, apiVersion = '', subresource }: ManagedFields): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '');
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
