import { expect } from '@jest/globals';

/** Matches an error of exactly one class and message; `toThrow` given an error would compare messages alone. */
export function failure(type: { readonly name: string }, message: string): unknown {
  return expect.objectContaining({ name: type.name, message });
}
