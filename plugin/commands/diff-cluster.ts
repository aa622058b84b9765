import { APP_LABEL, DEPLOYMENT_TYPE, DEPLOYMENT_TYPE_LABEL } from '../../charts/names.js';
import type { Difference } from '../diff/change.js';
import { type ClusterView, clusterNotes, compareWithCluster, describeRelease } from '../diff/cluster.js';
import { expectedObject, type Situation } from '../diff/expected.js';
import { manifestColor, releaseOf, releasesOf } from '../diff/names.js';
import { ApiError, UsageError } from '../errors.js';
import type { Invocation } from '../invocation.js';
import type { KubernetesObject, Service } from '../kubernetes.js';
import { observeObjects, requireNamespace } from '../observe.js';
import { allObjects, type Manifests, manifestNamespace, objectKey, sortManifests } from '../plan/manifests.js';
import { activeColor } from '../plan/state.js';
import { objectName } from '../plan/steps.js';
import { objectPath, resourcePath } from '../resources.js';
import type { Run } from '../run.js';
import { connect, givenNamespace } from '../session.js';

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
    const seen: Seen[] = [];
    // One after the other: a release is some twenty requests, and a server turns floods away.
    for (const one of wanted) seen.push(await look(session.run, one));
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

interface Seen {
  readonly view: ClusterView;
  /** What could not be looked at. */
  readonly notes: readonly string[];
}

async function look(run: Run, wanted: Wanted): Promise<Seen> {
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
  const { applied, notes } = await rehearse(run, namespace, situation);
  return {
    view: { situation, namespace, applied, labelled: listed.objects },
    notes: [...listed.notes, ...notes],
  };
}

/** What applying each manifest would give, by a dry run: as far as the server may be asked for it. */
async function rehearse(run: Run, namespace: string, situation: Situation) {
  const applied = new Map<string, KubernetesObject>();
  const refused: { name: string; message: string }[] = [];
  const existing = allObjects(situation.manifests).filter((object) => situation.live.has(objectKey(object)));
  await Promise.all(
    existing.map(async (manifest) => {
      const wanted = expectedObject(manifest, situation);
      try {
        const result = await run.api.apply(objectPath(manifest, namespace), wanted, { dryRun: true });
        applied.set(objectKey(manifest), result);
      } catch (error) {
        if (!(error instanceof ApiError) || !cannotRehearse(error)) throw error;
        refused.push({ name: objectName(manifest), message: error.message });
      }
    }),
  );
  const [first] = refused.sort((a, b) => (a.name < b.name ? -1 : 1));
  if (!first) return { applied, notes: [] };
  const which =
    refused.length === existing.length
      ? `every object of ${situation.release} is`
      : `${refused.map(({ name }) => name).join(', ')} ${refused.length === 1 ? 'is' : 'are'}`;
  const note = `${which} compared by the fields that the manifest states, since the server refused a dry run: ${first.message}`;
  return { applied, notes: [note] };
}

/** The user may not patch, or a webhook has side effects. */
const cannotRehearse = ({ status, message }: ApiError) =>
  status === 403 || (status === 400 && /dry.?run/i.test(message));

/** The kinds that synthesis makes. */
const KINDS = [
  'ConfigMap',
  'Deployment',
  'HorizontalPodAutoscaler',
  'Ingress',
  'NetworkPolicy',
  'PodDisruptionBudget',
  'Service',
  'ServiceAccount',
];

/** Objects that carry the label of a release, but for what others made from them. */
async function listLabelled(run: Run, namespace: string, release: string) {
  const forbidden: string[] = [];
  const list = async (kind: string) => {
    try {
      const query = { labelSelector: `${APP_LABEL}=${release}` };
      return (await run.api.list<KubernetesObject>(resourcePath(kind, namespace), query)).items;
    } catch (error) {
      if (!(error instanceof ApiError) || (error.status !== 403 && error.status !== 404)) throw error;
      // A server without such a kind has no such objects.
      if (error.status === 403) forbidden.push(kind);
      return [];
    }
  };
  const objects = (await Promise.all(KINDS.map(list))).flat().filter(isOfRelease);
  const note = `objects that are not in the manifests were not looked for, since you may not list: ${forbidden.sort().join(', ')}`;
  return { objects, notes: forbidden.length > 0 ? [note] : [] };
}

function isOfRelease({ kind, metadata }: KubernetesObject): boolean {
  if ((metadata.ownerReferences ?? []).length > 0) return false;
  // Those that are for pipelines carry the release's name alone.
  return kind !== 'ServiceAccount' || metadata.labels?.[DEPLOYMENT_TYPE_LABEL] === DEPLOYMENT_TYPE;
}
