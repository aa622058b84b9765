import { type Color, otherColor } from '../../../charts/names.js';
import type { TrafficColor } from '../../plan/gitops/traffic-color.js';
import type { ObjectChange } from './change.js';
import type { FieldChange } from './fields.js';
import { isSelector } from './meaning.js';
import { roleOf } from './names.js';

/** What a commit does to the color that has the traffic of a release, where a GitOps tool applies it. */
export interface ServingReport {
  readonly release: string;
  /** Which color it is, and by what; for reviewers. */
  readonly note: string;
  /** Why the commit must not be merged as it is; empty for one that is safe. */
  readonly refused: readonly string[];
}

/** Pods that run a template are replaced when it changes, and lose their files when a configuration does. */
const CONFIGURATION = ['ConfigMap', 'Secret'];

/**
 * What changes of manifests would do to the color that has the traffic, once a tool applies all of them at the same time.
 *
 * @param changes - of all releases
 * @param traffic - of this one
 */
export function servingReport(release: string, changes: readonly ObjectChange[], traffic: TrafficColor): ServingReport {
  const own = changes.filter((change) => change.release === release);
  const { color } = traffic;
  const refused = [
    ...own.flatMap((change) => changesPods(change, release, color)),
    ...switchesUnverified(own, release),
  ];
  const by = traffic.by === 'cluster' ? `${traffic.where} selects it` : `the manifests say so: ${traffic.why}`;
  const end = refused.length > 0 ? '' : `; nothing here changes its Pods, only ${otherColor(color)} may be replaced`;
  const note = [`${color} has the traffic of ${release} (${by})${end}`, ...sharedNotes(own, release, color)].join('; ');
  return { release, note, refused };
}

/** A change of what both colors use is no new template: no Pod is replaced, and each that starts gets it. */
function sharedNotes(changes: readonly ObjectChange[], release: string, color: Color): string[] {
  return changes
    .filter(({ before }) => before && CONFIGURATION.includes(before.kind) && roleOf(before, release) === 'shared')
    .map(
      (change) =>
        `${change.object} is ${change.change}, and both colors use it: Pods of ${color} get that when they restart`,
    );
}

function changesPods(change: ObjectChange, release: string, color: Color): string[] {
  const object = change.after ?? change.before;
  if (!object || roleOf(object, release) !== color) return [];
  const gone = change.change === 'removed';
  const what = `${change.object} is ${change.change}`;
  if (object.kind === 'Deployment' && (gone || change.fields.some(isOfPods)))
    return [`${what}: ${color} has the traffic, and its Pods would be replaced by others that are not verified`];
  if (CONFIGURATION.includes(object.kind) && change.change !== 'added')
    return [`${what}: ${color} has the traffic, and its Pods use it`];
  return [];
}

const isOfPods = ({ path }: FieldChange) => /^spec\.(template|selector)\b/.test(path);

/** Traffic and a version in one commit: the tool moves traffic to Pods that it has just begun to start. */
function switchesUnverified(changes: readonly ObjectChange[], release: string): string[] {
  const moved = changes.find(({ before, after, fields }) => {
    return before && after && roleOf(after, release) === 'active' && fields.some(isSelector);
  });
  const to = moved?.fields.find(isSelector)?.to;
  const started = changes.find(({ after, fields }) => {
    return after?.kind === 'Deployment' && roleOf(after, release) === to && fields.some(isOfPods);
  });
  if (!moved || !started) return [];
  return [
    `${moved.object} moves traffic to ${String(to)}, and ${started.object} gets other Pods in the same commit: ` +
      'they cannot be verified before; commit the version first',
  ];
}
