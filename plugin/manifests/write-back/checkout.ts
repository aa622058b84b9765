import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  checkSynthesized,
  noEnvironment,
  OutputError,
  type ReleaseSpec,
  readReleaseFile,
  renderRelease,
  SpecError,
  synthesize,
} from '../../../charts/index.js';
import { NotPutBackError, RefusedError, UsageError } from '../../core/errors.js';
import { parseImage } from '../../plan/image.js';
import { describeChange, type SpecChange } from './change.js';
import { readEdited, specOf } from './edited.js';
import { keptTexts, replaceFile } from './replace-file.js';

/** The spec of one release, in one environment of it or in none, and what is synthesized from it. */
export interface Checkout {
  /** Path of the spec, as it was given. */
  readonly spec: string;
  readonly outdir: string;
  /** What the spec says now. */
  readonly release: ReleaseSpec;
  /** @throws UsageError when the spec cannot name the image, which is of another repository */
  requireRepository(image: string): void;
  /**
   * Finds out whether writing would work, and writes nothing.
   *
   * @throws RefusedError when the spec cannot name the image, or would not be valid with it
   */
  rehearse(change: Omit<SpecChange, 'environment'>): SpecChange;
  /** The files that `write` would change. */
  preview(change: SpecChange): string[];
  /**
   * Edits the spec and synthesizes it again. When that fails, every file is as it was.
   *
   * @returns the files that are not what they were
   */
  write(change: SpecChange): string[];
}

/**
 * Opens the files that a change is to be written to, so that what is wrong with them shows before anything is done.
 *
 * @throws UsageError when the spec cannot be read or written, is not valid, is of another release, or is not what the
 *   files in `outdir` were synthesized from: the commit would hold more than the change
 */
export function openCheckout(release: string, spec: string, outdir: string, environment?: string): Checkout {
  const file = asUsage(() => readReleaseFile(spec));
  const own = specOf(file, environment);
  if (file.release.name !== release)
    throw new UsageError(`${spec} is the spec of release "${file.release.name}", not of "${release}"`);
  if (!own) throw new UsageError(`${spec} ${noEnvironment(environment ?? '', file.environments.keys())}`);
  const { image } = own;
  const options = { keepOtherReleases: true, ...(environment !== undefined && { environments: [environment] }) };
  const staleFiles = () => checkSynthesized([spec], outdir, options);
  const stale = asUsage(staleFiles);
  if (stale.length > 0)
    throw new UsageError(
      `${outdir} is not what ${spec} synthesizes: ${stale.join(', ')}\n` +
        `run "kubectl bluegreen synth ${spec} --output-dir=${outdir}" first, so that the diff holds nothing else`,
    );
  const target = realpathSync(spec);
  const folder = join(outdir, environment ?? '');
  for (const path of [target, dirname(target), folder]) requireWritable(path);
  return {
    spec,
    outdir,
    release: own,
    requireRepository(reference) {
      const { repository } = parseImage(reference);
      if (repository === image.repository) return;
      throw new UsageError(
        `image "${reference}" is of repository "${repository}", want "${image.repository}", which ${spec} has, for --write-back`,
      );
    },
    rehearse(wanted) {
      const change = { environment, ...wanted };
      try {
        this.requireRepository(change.image);
        renderRelease(readEdited(spec, change).release, environment);
        return change;
      } catch (cause) {
        if (cause instanceof UsageError) throw new RefusedError(cause.message, { cause });
        if (!(cause instanceof SpecError)) throw cause;
        throw new RefusedError(`${spec} cannot have ${describeChange(change)}:\n${cause.message}`, { cause });
      }
    },
    preview(change) {
      const { text, edited, release: after } = readEdited(spec, change);
      const files = [...renderRelease(after, environment)].map(([name, content]) => ({
        path: join(folder, name),
        content,
      }));
      const changed = files.filter(({ path, content }) => !existsSync(path) || readFileSync(path, 'utf8') !== content);
      return [...(edited === text ? [] : [spec]), ...changed.map(({ path }) => path)];
    },
    write(change) {
      // It is read again: an editor may have saved it since.
      const { text, edited } = readEdited(spec, change);
      const kept = keptTexts();
      try {
        kept.keep([target]);
        if (edited !== text) replaceFile(target, edited);
        const changed = staleFiles().map((line) => line.replace(/: \w+$/, ''));
        kept.keep(changed);
        synthesize([spec], outdir, options);
        return [...(edited === text ? [] : [spec]), ...changed];
      } catch (error) {
        const left = kept.putBack();
        throw left.length > 0 ? new NotPutBackError(error as Error, left) : error;
      }
    },
  };
}

function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SpecError || error instanceof OutputError)
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function requireWritable(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch (cause) {
    throw new UsageError(`${path} cannot be written: ${(cause as Error).message}`, { cause });
  }
}
