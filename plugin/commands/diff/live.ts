import { ApiError, UsageError } from '../../core/errors.js';
import type { KubernetesObject, Service } from '../../core/kubernetes.js';
import { compareText } from '../../core/text.js';
import type { Invocation } from '../../invocation/invocation.js';
import { connect, givenNamespace } from '../../invocation/session.js';
import { objectPath } from '../../kube/resources.js';
import { activeColor } from '../../plan/active-color.js';
import { allObjects, type Manifests, manifestNamespace, objectKey, sortManifests } from '../../plan/manifests.js';
import { objectName } from '../../plan/steps.js';
import type { Run } from '../../run/context.js';
import { listLabelled, observeObjects, requireNamespace } from '../../run/observe.js';
import { rehearse } from '../../run/rehearse.js';
import type { Difference } from './change.js';
import { type ClusterView, clusterNotes, compareWithCluster, describeRelease } from './cluster.js';
import { expectedObject, type Situation } from './expected.js';
import { manifestColor, releaseOf, releasesOf } from './names.js';

interface Wanted {
  readonly release: string;
  readonly manifests: Manifests;
  /** The namespace that the flag, the environment or the manifests name. */
  readonly namespace: string | undefined;
}

/** Compares releases with what lives of them. */
export async function differenceFromCluster(
  invocation: Invocation,
  objects: readonly KubernetesObject[],
  release: string | undefined,
  source: string,
): Promise<Difference> {
  const releases = releasesOf(objects);
  if (release === undefined && releases.length === 0) throw new UsageError(`${source} holds no release`);
  const wanted = (release === undefined ? releases : [release]).map((name): Wanted => {
    const manifests = sortManifests(objects, name, source);
    const namespace = givenNamespace(invocation, manifestNamespace(allObjects(manifests)));
    for (const object of allObjects(manifests)) objectPath(object, '');
    return { release: name, manifests, namespace };
  });
  const foreign = release === undefined ? objects.filter((object) => releaseOf(object, releases) === undefined) : [];

  const session = await connect(invocation, { release: release ?? '' });
  try {
    const seen: Observed[] = [];
    // One after the other: a release is some twenty requests, and a server turns floods away.
    for (const one of wanted) seen.push(await readLive(session.run, one));
    return {
      against: { kind: 'cluster', context: await session.context },
      source,
      releases: seen.map(({ view }) => describeRelease(view)),
      changes: seen.flatMap(({ view }) => compareWithCluster(view)),
      notes: [
        ...seen.flatMap(({ view, notes }) => [...clusterNotes(view, source), ...notes]),
        ...foreign.map((object) => `${objectName(object)} in ${source} is of no release: not compared`),
      ],
    };
  } finally {
    session.close();
  }
}

interface Observed {
  readonly view: ClusterView;
  /** What could not be looked at. */
  readonly notes: readonly string[];
}

async function readLive(run: Run, wanted: Wanted): Promise<Observed> {
  const { release, manifests } = wanted;
  const namespace = wanted.namespace ?? run.namespace;
  const objects = allObjects(manifests);
  const [live, listed] = await Promise.all([
    observeObjects(run.api, namespace, objects),
    listLabelled(run, namespace, release),
  ]);
  if (live.size === 0) await requireNamespace(run.api, namespace);
  const service = live.get(objectKey(manifests.active)) as Service | undefined;
  const situation: Situation = {
    release,
    manifests,
    live,
    active: service && activeColor(service, release),
    manifestActive: manifestColor(objects, release),
  };
  const { applied, notes } = await rehearseAll(run, namespace, situation);
  return {
    view: { situation, namespace, applied, labelled: listed.objects },
    notes: [...listed.notes, ...notes],
  };
}

/** What applying each manifest would give, by a dry run: as far as the server may be asked for it. */
async function rehearseAll(run: Run, namespace: string, situation: Situation) {
  const { manifests, live, release } = situation;
  const existing = allObjects(manifests).filter((object) => live.has(objectKey(object)));
  const wanted = existing.map((manifest) => expectedObject(manifest, situation));
  const { results, refused } = await rehearse(run, namespace, wanted, live);
  const applied = new Map<string, KubernetesObject>();
  const notes: string[] = [];
  for (const object of existing) {
    const result = results.get(objectKey(object));
    if (result instanceof ApiError) notes.push(`${objectName(object)} would be refused: ${result.message}`);
    else if (result) applied.set(objectKey(object), result);
  }
  return { applied, notes: [...notes, ...notRehearsed(existing, refused, release)] };
}

function notRehearsed(
  existing: readonly KubernetesObject[],
  refused: ReadonlyMap<string, string>,
  release: string,
): string[] {
  const objects = existing
    .filter((object) => refused.has(objectKey(object)))
    .sort((a, b) => compareText(objectName(a), objectName(b)));
  const [first] = objects;
  if (!first) return [];
  const which =
    objects.length === existing.length
      ? `every object of ${release} is`
      : `${objects.map(objectName).join(', ')} ${objects.length === 1 ? 'is' : 'are'}`;
  return [
    `${which} compared by the fields that the manifest states, since the server refused a dry run: ${refused.get(objectKey(first))}`,
  ];
}
