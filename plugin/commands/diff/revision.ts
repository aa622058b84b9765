import type { Color } from '../../../charts/names.js';
import { UsageError } from '../../core/errors.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import type { Difference, ObjectChange } from './change.js';
import { compare } from './compare.js';
import { meaningForRevision } from './meaning.js';
import { identity, manifestColor, releaseOf, releasesOf, roleOf } from './names.js';

export interface RevisionInput {
  /** The paths of -f, as they were given. */
  readonly source: string;
  readonly revision: string;
  readonly commit: string;
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
  /** One release; undefined: everything. */
  readonly release: string | undefined;
}

/**
 * What changed in manifests since a revision.
 *
 * @throws UsageError when neither version holds the release that was asked for
 */
export function compareWithRevision(input: RevisionInput): Difference {
  const { source, revision, commit, before, after, release } = input;
  const releases = releasesOf([...before, ...after]);
  if (release !== undefined && !releases.includes(release)) {
    const held = releases.length > 0 ? `they hold: ${releases.join(', ')}` : 'they hold no release';
    throw new UsageError(`neither ${source} nor its state at ${revision} holds release "${release}": ${held}`);
  }
  const shown = releases.filter((name) => release === undefined || name === release);
  const pairs = pairUp(before, after).filter(
    ({ known }) => release === undefined || releaseOf(known, releases) === release,
  );
  const colors = new Map(shown.map((name) => [name, manifestColor(after, name) ?? manifestColor(before, name)]));
  return {
    against: { kind: 'revision', revision, commit },
    source,
    releases: shown.map((name) => ({
      release: name,
      ...namespaceOf([...before, ...after], name),
      active: null,
      manifestActive: colors.get(name) ?? null,
      manifestBefore: manifestColor(before, name) ?? null,
    })),
    changes: pairs.flatMap((pair) => toChange(pair, releases, colors)),
    notes: [
      ...shown.filter((name) => !releasesOf(before).includes(name)).map((name) => `release ${name} is new`),
      ...shown.filter((name) => !releasesOf(after).includes(name)).map((name) => `release ${name} is gone`),
    ],
  };
}

/** The namespace that a release's manifests name. */
function namespaceOf(objects: readonly KubernetesObject[], release: string): { namespace?: string } {
  const found = objects.find((object) => releaseOf(object, [release]) && object.metadata.namespace);
  return found?.metadata.namespace ? { namespace: found.metadata.namespace } : {};
}

interface KnownPair {
  readonly before?: KubernetesObject;
  readonly after?: KubernetesObject;
  readonly known: KubernetesObject;
}

function toChange(
  { known, ...pair }: KnownPair,
  releases: readonly string[],
  colors: ReadonlyMap<string, Color | undefined>,
): ObjectChange[] {
  const release = releaseOf(known, releases);
  const role = release === undefined ? undefined : roleOf(known, release);
  const active = release === undefined ? undefined : colors.get(release);
  const change = compare(pair, release, (kind, fields) => meaningForRevision(role, active, kind, fields));
  return change ? [change] : [];
}

/** In the order of the manifests; what is only in the version before comes last. */
function pairUp(before: readonly KubernetesObject[], after: readonly KubernetesObject[]): KnownPair[] {
  const [old, now] = [byIdentity(before), byIdentity(after)];
  const kept = [...now].map(([key, object]) => {
    const was = old.get(key);
    return { known: object, after: object, ...(was && { before: was }) };
  });
  const gone = [...old].filter(([key]) => !now.has(key)).map(([, object]) => ({ known: object, before: object }));
  return [...kept, ...gone];
}

const byIdentity = (objects: readonly KubernetesObject[]) =>
  new Map(objects.map((object) => [identity(object), object]));
