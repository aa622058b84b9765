import { type Color, deploymentName, otherColor } from '../../../charts/names.js';
import { type Deployment, type KubernetesObject, REVISION_ANNOTATION, type ReplicaSet } from '../../core/kubernetes.js';
import { wayBack } from '../../plan/advice/served-before.js';
import { foreignObject } from '../../plan/foreign.js';
import { imageOf } from '../../plan/image.js';
import { newestReplicaSet, type State } from '../../plan/state.js';
import { objectName } from '../../plan/steps.js';
import { affects, canServe, type Facts, readyPodsOf } from './facts.js';

/** The commands of a fix: a line each that a shell takes as it is. */

const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** A word as a POSIX shell reads it back. */
export function quote(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `kubectl ...` in the namespace and cluster that were examined. */
export function kubectl({ namespace, clusterFlags }: Facts, ...words: readonly string[]): string {
  return ['kubectl', ...words.map(quote), '-n', namespace, ...clusterFlags.map(quote)].join(' ');
}

/** For objects that are in no namespace. */
export function kubectlCluster({ clusterFlags }: Facts, ...words: readonly string[]): string {
  return ['kubectl', ...words, ...clusterFlags].map(quote).join(' ');
}

export function bluegreen(facts: Facts, verb: string, ...words: readonly string[]): string {
  return kubectl(facts, 'bluegreen', verb, facts.release, ...words);
}

/** A JSON merge patch (RFC 7386). */
export function merge(facts: Facts, kind: string, name: string, patch: object): string {
  return kubectl(facts, 'patch', kind, name, '--type=merge', '-p', JSON.stringify(patch));
}

/** Why an object is not the release's, in words; undefined where it is. */
export const foreignText = ({ release, state }: Facts, object: KubernetesObject): string | undefined =>
  foreignObject(object, release, Object.values(state.deployments));

/** Shows an object that is not the release's to change. */
export const describeObject = (facts: Facts, object: KubernetesObject): string =>
  kubectl(facts, 'describe', objectName(object));

/** A command that changes an object, where that is shown to be the release's; for another owner's one that shows it. */
export const ifOwn = (facts: Facts, object: KubernetesObject, command: string): string =>
  foreignText(facts, object) === undefined ? command : describeObject(facts, object);

/** A strategic merge patch of one container of a color's Pod template. */
export function patchContainer(
  facts: Facts,
  color: Color,
  container: { name: string } & Record<string, unknown>,
): string {
  const patch = { spec: { template: { spec: { containers: [container] } } } };
  return kubectl(facts, 'patch', 'deployment', deploymentName(facts.release, color), '-p', JSON.stringify(patch));
}

/** `-f` as the user gave it, or the folder that a checkout has. */
export function filenames(facts: Facts): string[] {
  return (facts.filenames.length > 0 ? facts.filenames : ['dist/']).flatMap((path) => ['-f', path]);
}

/** One file of the synthesized manifests: `''` the shared objects, `-blue`, `-green`, `-traffic`. */
export function manifestFile({ release, filenames: [folder, ...more] }: Facts, part: string): string {
  const path = folder === undefined || more.length > 0 || /\.\w+$/.test(folder) ? 'dist/' : folder.replace(/\/*$/, '/');
  return `${path}${release}${part}.k8s.yaml`;
}

/**
 * Gets a color whose Pods are sick away from what they run: traffic back to what the other color had it with, where that can
 * take it, else the image of the other color, else the template before. A version that never had the traffic is no way back.
 */
export function goBack(facts: Facts, color: Color): string {
  const { release, state } = facts;
  const other = otherColor(color);
  const serves = affects(facts, color) === 'traffic';
  const way = serves ? wayBack(state, other) : undefined;
  // The checks that failed were those of what runs there now.
  if (way && (way.length > 0 || canServe(facts, other))) return bluegreen(facts, 'rollback', `--to=${other}`, ...way);
  const name = deploymentName(release, color);
  const deployment = state.deployments[color];
  const image = imageOf(deployment);
  const otherImage = imageOf(state.deployments[other]);
  if (!serves && otherImage && otherImage !== image && readyPodsOf(facts, other).length > 0)
    return bluegreen(facts, 'deploy', `--image=${otherImage}`);
  const before = deployment && revisionBefore(state, deployment);
  // By its number: undone twice without one, a Deployment is where it was.
  return before === undefined
    ? kubectl(facts, 'rollout', 'restart', `deployment/${name}`)
    : kubectl(facts, 'rollout', 'undo', `deployment/${name}`, `--to-revision=${before}`);
}

function revisionBefore({ replicaSets }: State, deployment: Deployment): number | undefined {
  const revision = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
  const newest = newestReplicaSet(replicaSets, deployment);
  const earlier = replicaSets
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === deployment.metadata.uid))
    .filter(({ metadata }) => metadata.name !== newest?.metadata.name)
    .map(revision);
  return earlier.length > 0 ? Math.max(...earlier) : undefined;
}
