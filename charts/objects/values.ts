import { k8s } from 'cdk8s-plus-28';
import { UNSET } from '../spec/container.js';

/** A field that the spec leaves unset is left out of the object. */
export const setOnly = <T>(value: T | typeof UNSET): T | undefined => (value === UNSET ? undefined : value);

/** A mapping without the fields that are left out; undefined when none stays. */
export function given<T extends object>(fields: T): T | undefined {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return there.length === 0 ? undefined : (Object.fromEntries(there) as T);
}

export function intOrString(value: number | string): k8s.IntOrString {
  return typeof value === 'number' ? k8s.IntOrString.fromNumber(value) : k8s.IntOrString.fromString(value);
}

export function quantities(amounts: Readonly<Record<string, string | undefined>> | undefined) {
  if (amounts === undefined) return undefined;
  const given = Object.entries(amounts).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, amount]) => [name, k8s.Quantity.fromString(amount)]));
}
