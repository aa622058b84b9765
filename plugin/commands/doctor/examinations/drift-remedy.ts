import { type Color, otherColor } from '../../../../charts/names.js';
import type { KubernetesObject } from '../../../core/kubernetes.js';
import { effectOf } from '../../../plan/advice/effect.js';
import { relationOf } from '../../../plan/advice/relation.js';
import { hasServed } from '../../../plan/advice/served-before.js';
import { imageOf, versionOf } from '../../../plan/image.js';
import { runningVersion } from '../../../plan/last-traffic.js';
import { type Manifests, manifestDeployment } from '../../../plan/manifests.js';
import { affects, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { bluegreen, filenames, kubectl, manifestFile } from '../remedies.js';

export interface Difference {
  readonly object: KubernetesObject;
  /** Undefined of what both colors share. */
  readonly color: Color | undefined;
  /** The active or the preview Service. */
  readonly isTraffic: boolean;
  /** Whether the Deployment of that color is as its manifest says. */
  readonly isDeployed: boolean;
}

const DIFFERENT = 'what is reviewed is not what runs';

/** What brings manifests and cluster together without moving users to a version that git happens to name. */
export function remedy(facts: Facts, manifests: Manifests, difference: Difference): Pick<Finding, 'why' | 'fix'> {
  const { object, color, isTraffic, isDeployed } = difference;
  const files = filenames(facts);
  if (isTraffic)
    return {
      why: 'neither deploy nor promote applies it, as applying it could move traffic: change what differs by itself',
      fix: kubectl(facts, 'diff', '-f', manifestFile(facts, '-traffic')),
    };
  if (!color) return { why: DIFFERENT, fix: bluegreen(facts, 'deploy', ...files, '--apply-shared') };
  if (affects(facts, color) === 'promotion') return { why: DIFFERENT, fix: bluegreen(facts, 'deploy', ...files) };
  if (object.kind === 'Deployment') return ofActive(facts, manifests, color);
  const file = manifestFile(facts, `-${color}`);
  if (isDeployed) return { why: DIFFERENT, fix: kubectl(facts, 'apply', '-f', file) };
  return {
    why: `${DIFFERENT}; to apply ${file} would also change the Deployment of ${color}, which has the traffic: change what differs by itself`,
    fix: kubectl(facts, 'diff', '-f', file),
  };
}

/** The Deployment that has the traffic is never changed in place: the other color gets what git says, or git what runs. */
function ofActive(facts: Facts, manifests: Manifests, color: Color): Pick<Finding, 'why' | 'fix'> {
  const { state } = facts;
  const idle = otherColor(color);
  const running = runningVersion(state, color) ?? '';
  const stated = (one: Color) => versionOf(imageOf(manifestDeployment(manifests, facts.release, one)));
  const promotion = bluegreen(facts, 'promote', ...filenames(facts));
  if (!isBackwards(facts, running, stated(idle))) return { why: DIFFERENT, fix: promotion };
  const instead = `promote without a version ${effectOf(facts, promotion) ?? `deploys ${stated(idle)} to ${idle}`}`;
  if (stated(color) === running)
    return {
      why: `${DIFFERENT}; this deploys the rest of the manifests to ${idle}, at the version that serves; ${instead}`,
      fix: bluegreen(facts, 'promote', ...filenames(facts), `--version=${running}`, `--to=${idle}`),
    };
  return {
    why: `${DIFFERENT}: ${color} has the traffic with ${running}, and its manifest says ${stated(color)}; this writes what runs into the spec, and moves no traffic; ${instead}`,
    fix: bluegreen(facts, 'promote', `--to=${color}`, '--write-back', ...outputDir(facts)),
  };
}

/** Versions have no order: one that users had before counts as older. */
function isBackwards({ state }: Facts, running: string, wanted: string): boolean {
  const relation = relationOf(running, wanted);
  return relation === 'an older version' || (relation === 'another version' && hasServed(state, wanted));
}

/** Where synthesis writes, if `-f` is one folder that is not the usual one. */
function outputDir({ filenames: [folder, ...more] }: Facts): string[] {
  const path = folder?.replace(/\/+$/, '');
  return path === undefined || path === 'dist' || more.length > 0 || /\.\w+$/.test(path)
    ? []
    : [`--output-dir=${path}`];
}
