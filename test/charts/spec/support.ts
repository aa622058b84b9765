import { SpecError } from '../../../charts/spec/errors.js';
import type { ReleaseInput, ReleaseSpec } from '../../../charts/spec/fields.js';
import { parseRelease } from '../../../charts/spec/read.js';

/** The least that a spec must say. */
export const MINIMAL = {
  name: 'shop',
  image: { repository: 'registry.example.com/team/shop' },
  colors: { blue: { version: 'v1' }, green: { version: 'v2' } },
} satisfies ReleaseInput;

/** MINIMAL and more, read as a file would be: JSON is YAML. */
export function release(more: Partial<ReleaseInput> = {}): ReleaseSpec {
  return parseRelease(JSON.stringify({ ...MINIMAL, ...more }), 'spec.yaml');
}

/** Every line of the error that a spec gives; empty if the spec is valid. */
export function problems(text: string): string[] {
  try {
    parseRelease(text, 'spec.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return error.message.split('\n');
  }
}

/** What is wrong with MINIMAL and more, without file, line and column. */
export function problemsOf(more: object): string[] {
  return problems(JSON.stringify({ ...MINIMAL, ...more })).map((line) => line.replace(/^\S+ /, ''));
}
