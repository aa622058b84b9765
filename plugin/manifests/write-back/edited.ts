import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  noEnvironment,
  parseReleaseFile,
  type ReleaseFile,
  type ReleaseSpec,
  SpecError,
} from '../../../charts/index.js';
import { describeChange, imageFields, type SpecChange } from './change.js';
import { editSpec } from './edit.js';

export interface Edited {
  readonly text: string;
  readonly edited: string;
  /** The release, in the environment of the change, as the edited text describes it. */
  readonly release: ReleaseSpec;
}

/** A release as an environment has it, or as it is without one; undefined for an environment that is not there. */
export const specOf = ({ release, environments }: ReleaseFile, environment?: string): ReleaseSpec | undefined =>
  environment === undefined ? release : environments.get(environment);

/**
 * The text of a spec file after a change: it differs in what is meant, and in nothing else.
 *
 * @throws SpecError when the text cannot be edited so
 */
export function readEdited(file: string, change: SpecChange): Edited {
  const text = readFileSync(file, 'utf8');
  const refuse = (message: string) => new SpecError([{ file, path: '', message }]);
  const before = parseReleaseFile(text, file);
  const old = specOf(before, change.environment);
  if (!old) throw refuse(noEnvironment(change.environment ?? '', before.environments.keys()));
  const { version, digest, ...rest } = old.colors[change.color];
  const edited = editSpec(text, change, { active: old.active, version, digest });
  const after = parseReleaseFile(edited, file);
  const color = { ...rest, ...imageFields(change.image) };
  const active = change.activates ? change.color : old.active;
  const release = { ...old, active, colors: { ...old.colors, [change.color]: color } };
  if (!isDeepStrictEqual(specOf(after, change.environment), release))
    throw refuse(`cannot be edited without losing something: set ${describeChange(change)}`);
  const others = [undefined, ...before.environments.keys()].filter((name) => name !== change.environment);
  const changed = others.filter((name) => !isDeepStrictEqual(specOf(before, name), specOf(after, name)));
  if (changed.length > 0)
    throw refuse(
      `${describeChange(change)} would also change what ${changed.join(', ')} has: ` +
        'give each environment such a value of its own first, or name one with --environment',
    );
  return { text, edited, release };
}
