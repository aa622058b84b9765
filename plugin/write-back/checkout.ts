import {
  accessSync,
  chmodSync,
  constants,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  checkSynthesized,
  noEnvironment,
  parseReleaseFile,
  type ReleaseFile,
  type ReleaseSpec,
  readReleaseFile,
  renderRelease,
  SpecError,
  synthesize,
} from '../../charts/index.js';
import type { Color } from '../../charts/names.js';
import { RefusedError, UsageError } from '../errors.js';
import { parseImage } from '../plan/image.js';
import { describeChange, imageFields, type SpecChange } from './change.js';
import { editSpec } from './edit.js';

/** The part of a checkout that --write-back changes: the spec of one release, and what is synthesized from it. */
export interface Checkout {
  /** Path of the spec, as it was given. */
  readonly spec: string;
  readonly outdir: string;
  /** The namespace that the spec names. */
  readonly namespace: string | undefined;
  /** @throws UsageError when the spec cannot name the image, which is of another repository */
  requireRepository(image: string): void;
  /**
   * Finds out whether writing would work, and writes nothing.
   *
   * @throws RefusedError when the spec cannot name the image, or would not be valid with it
   */
  rehearse(active: Color, image: string): SpecChange;
  /** Edits the spec and synthesizes it again. @returns the files that are not what they were */
  write(change: SpecChange): string[];
}

/**
 * Opens the files that a promotion is to be written to, so that what is wrong with them shows before traffic moves.
 *
 * @throws UsageError when the spec cannot be read or written, is not valid, is of another release, or is not what the
 *   files in `outdir` were synthesized from: the commit would hold more than the promotion
 */
export function openCheckout(release: string, spec: string, outdir: string, environment?: string): Checkout {
  const file = asUsage(() => readReleaseFile(spec));
  const own = specOf(file, environment);
  if (file.release.name !== release)
    throw new UsageError(`${spec} is the spec of release "${file.release.name}", not of "${release}"`);
  if (!own) throw new UsageError(`${spec} ${noEnvironment(environment ?? '', file.environments.keys())}`);
  const { namespace, image } = own;
  const options = { keepOtherReleases: true, ...(environment !== undefined && { environments: [environment] }) };
  const stale = asUsage(() => checkSynthesized([spec], outdir, options));
  if (stale.length > 0)
    throw new UsageError(
      `${outdir} is not what ${spec} synthesizes: ${stale.join(', ')}\n` +
        `run "kubectl bluegreen synth ${spec} --output-dir=${outdir}" first, so that --write-back changes only what is promoted`,
    );
  const target = realpathSync(spec);
  for (const path of [target, dirname(target), join(outdir, environment ?? '')]) requireWritable(path);
  return {
    spec,
    outdir,
    namespace,
    requireRepository(reference) {
      const { repository } = parseImage(reference);
      if (repository === image.repository) return;
      throw new UsageError(
        `image "${reference}" is of repository "${repository}", want "${image.repository}", which ${spec} has, for --write-back`,
      );
    },
    rehearse(active, reference) {
      try {
        this.requireRepository(reference);
        const change = { environment, active, image: reference };
        renderRelease(edit(spec, change).release, environment);
        return change;
      } catch (cause) {
        // The cluster was asked by now, and nothing was changed.
        if (cause instanceof UsageError) throw new RefusedError(cause.message, { cause });
        if (!(cause instanceof SpecError)) throw cause;
        throw new RefusedError(`${spec} cannot have ${active} active, for --write-back:\n${cause.message}`, { cause });
      }
    },
    write(change) {
      // It is read again: somebody may have saved it since.
      const { text, edited } = edit(spec, change);
      if (edited !== text) replaceFile(target, edited);
      const changed = checkSynthesized([spec], outdir, options).map((line) => line.replace(/: \w+$/, ''));
      synthesize([spec], outdir, options);
      return [...(edited === text ? [] : [spec]), ...changed];
    },
  };
}

/** A release as an environment has it, or as it is without one; undefined for an environment that is not there. */
const specOf = ({ release, environments }: ReleaseFile, environment: string | undefined): ReleaseSpec | undefined =>
  environment === undefined ? release : environments.get(environment);

/** The text of a spec after a change: it differs in what is meant, and in nothing else. */
function edit(file: string, change: SpecChange): { text: string; edited: string; release: ReleaseSpec } {
  const text = readFileSync(file, 'utf8');
  const refuse = (message: string) => new SpecError([{ file, path: '', message }]);
  const before = parseReleaseFile(text, file);
  const old = specOf(before, change.environment);
  if (!old) throw refuse(noEnvironment(change.environment ?? '', before.environments.keys()));
  const { version, digest, ...rest } = old.colors[change.active];
  const edited = editSpec(text, change, { active: old.active, version, digest });
  const after = parseReleaseFile(edited, file);
  const color = { ...rest, ...imageFields(change.image) };
  const wanted = { ...old, active: change.active, colors: { ...old.colors, [change.active]: color } };
  if (!isDeepStrictEqual(specOf(after, change.environment), wanted))
    throw refuse(`cannot be edited without losing something: set ${describeChange(change)}`);
  const others = [undefined, ...before.environments.keys()].filter((name) => name !== change.environment);
  const changed = others.filter((name) => !isDeepStrictEqual(specOf(before, name), specOf(after, name)));
  if (changed.length > 0)
    throw refuse(
      `${describeChange(change)} would also change what ${changed.join(', ')} has: ` +
        'give each environment such a value of its own first, or promote with --environment',
    );
  return { text, edited, release: wanted };
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SpecError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function requireWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`${path} cannot be written, as --write-back has to: ${(cause as Error).message}`, { cause });
  }
}

/** Whoever reads the file meanwhile, or is killed, finds the old text or the new one. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    // The mode that a file is made with is cut by the umask.
    chmodSync(temporary, statSync(path).mode & 0o7777);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
