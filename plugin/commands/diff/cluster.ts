import { COLORS, otherColor, PREFIX } from '../../../charts/names.js';
import type { KubernetesObject } from '../../core/kubernetes.js';
import { leftoverObjects, leftoversOf, sharedLeftovers } from '../../plan/leftovers.js';
import { allObjects, objectKey } from '../../plan/manifests.js';
import { withStated } from '../../plan/stated.js';
import { objectName } from '../../plan/steps.js';
import type { ComparedRelease, ObjectChange } from './change.js';
import { compare, type Explain } from './compare.js';
import { expectedObject, liveState, type Situation } from './expected.js';
import { maskForeignEnv } from './mask.js';
import { meaningForCluster } from './meaning.js';
import { roleOf, selectedColor } from './names.js';

/** A release as the cluster and its manifests show it. */
export interface ClusterView {
  readonly situation: Situation;
  readonly namespace: string;
  /** By objectKey: what applying the manifest would give; an object that is not in it is compared by the fields it states. */
  readonly applied: ReadonlyMap<string, KubernetesObject>;
  /** Live objects of the release, whether they have a manifest or not. */
  readonly labelled: readonly KubernetesObject[];
}

/** What of a release is not as its manifests say. */
export function compareWithCluster(view: ClusterView): ObjectChange[] {
  const { situation, applied, namespace } = view;
  const { release, live, active } = situation;
  const changes = allObjects(situation.manifests).flatMap((manifest) => {
    const key = objectKey(manifest);
    const role = roleOf(manifest, release);
    const before = live.get(key);
    const explain: Explain = (change, fields) => meaningForCluster(role, active, change, fields);
    if (!before) return compare({ after: placed(manifest, namespace) }, release, explain) ?? [];
    const expected = expectedObject(manifest, situation);
    const after = applied.get(key) ?? (withStated(before, expected) as KubernetesObject);
    const shown = (object: KubernetesObject) => withoutRecords(maskForeignEnv(object, manifest), manifest);
    const pair = { before: shown(before), after: shown(after) };
    return compare(pair, release, explain) ?? [];
  });
  const removed = leavingObjects(view).flatMap((object) => {
    const explain: Explain = (change, fields) => meaningForCluster(roleOf(object, release), active, change, fields);
    return compare({ before: maskForeignEnv(object, {}) }, release, explain) ?? [];
  });
  return [...changes, ...removed];
}

/** What a deploy deletes: objects of the release that its manifests no longer hold. */
function leavingObjects({ situation, labelled }: ClusterView): KubernetesObject[] {
  const { manifests, active } = situation;
  const leftovers = leftoverObjects(labelled, manifests);
  const input = { leftovers, manifests, state: liveState(situation), intent: { target: {}, applyShared: true } };
  const idle = otherColor(active ?? 'green');
  return [...COLORS.flatMap((color) => leftoversOf(input, color)), ...sharedLeftovers(input, idle).gone];
}

const placed = (object: KubernetesObject, namespace: string): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

/** The plugin's records of who did what are no part of a manifest, and name people. */
function withoutRecords(object: KubernetesObject, manifest: KubernetesObject): KubernetesObject {
  const stated = Object.keys(manifest.metadata.annotations ?? {});
  const kept = Object.entries(object.metadata.annotations ?? {}).filter(
    ([key]) => !key.startsWith(`${PREFIX}/`) || stated.includes(key),
  );
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(kept) } };
}

/** What is worth knowing about a release, and is no difference. */
export function clusterNotes(view: ClusterView, source: string): string[] {
  const { situation, labelled } = view;
  const { release, manifests, active, manifestActive, live } = situation;
  const { name } = manifests.active.metadata;
  const notes: string[] = [];
  if (active && manifestActive && active !== manifestActive)
    notes.push(
      `traffic of ${release} is on ${active}; the manifest of service/${name} names ${manifestActive} for the first install: left as it is`,
    );
  const preview = manifests.preview && live.get(objectKey(manifests.preview));
  if (active && selectedColor(preview) === active)
    notes.push(`service/${preview?.metadata.name} selects ${active}, which has the traffic`);
  const leaving = leavingObjects(view);
  const foreign = leftoverObjects(labelled, manifests).filter((object) => !leaving.includes(object));
  return [
    ...notes,
    ...foreign.map((object) => `${objectName(object)} carries the label of ${release} and is not in ${source}`),
  ];
}

export function describeRelease({ situation, namespace }: ClusterView): ComparedRelease {
  const { release, active, manifestActive } = situation;
  return { release, namespace, active: active ?? null, manifestActive: manifestActive ?? null };
}
