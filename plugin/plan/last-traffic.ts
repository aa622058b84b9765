import {
  activeServiceName,
  COLORS,
  type Color,
  isColor,
  otherColor,
  PROMOTING_ANNOTATION,
  previewServiceName,
} from '../../charts/names.js';
import { readHistory } from './history.js';
import { imageOf, type Target, targetImage, versionOf } from './image.js';
import { type Manifests, manifestDeployment } from './manifests.js';
import { lastOperation } from './operation.js';
import { lastServed, recordCarriers, type Served } from './served.js';
import { isReady, podsOf, type State } from './state.js';

/**
 * Which color had the traffic last, of a release whose active Service is not there, and by what evidence. `none`: no color
 * ever had it, because the release is not installed or its first install was cut off.
 */
export type LastTraffic =
  | { readonly kind: 'none' }
  | { readonly kind: 'known'; readonly color: Color; readonly evidence: string }
  | { readonly kind: 'unknown'; readonly evidence: string };

/** What a deploy brings, where it is known: it tells a first install that was cut off from a release that has served. */
export interface Wanted {
  readonly manifests?: Manifests | undefined;
  readonly target?: Target;
}

export function lastTraffic(state: State, wanted: Wanted = {}): LastTraffic {
  if (COLORS.every((color) => !state.deployments[color])) return { kind: 'none' };
  const served = lastServed(state);
  if (served) return stillThere(state, served.color, servedText(state, served));
  const idle = state.preview?.spec.selector?.version;
  const isCutOff = isCutOffInstall(state, wanted);
  // A first install that is cut off may have made the preview Service: it goes on for the same color.
  const goesOn = isCutOff && isColor(idle) && wanted.manifests?.active.spec.selector?.version === otherColor(idle);
  if (isColor(idle) && !goesOn)
    return stillThere(
      state,
      otherColor(idle),
      `service "${previewServiceName(state.release)}" leads to ${idle}, so ${otherColor(idle)} had the traffic`,
    );
  if (isCutOff) return { kind: 'none' };
  const [only, ...more] = COLORS.filter((color) => (state.deployments[color]?.spec.replicas ?? 1) > 0);
  if (COLORS.every((color) => state.deployments[color]) && only && more.length === 0)
    return { kind: 'known', color: only, evidence: `${otherColor(only)} is scaled to 0, so ${only} had the traffic` };
  return { kind: 'unknown', evidence: `no record says which color had the traffic last: ${colorsText(state)}` };
}

/** A color whose Deployment is gone cannot get the traffic as it ran. */
function stillThere(state: State, color: Color, evidence: string): LastTraffic {
  if (state.deployments[color]) return { kind: 'known', color, evidence };
  return { kind: 'unknown', evidence: `${evidence}, and its Deployment is gone: ${colorsText(state)}` };
}

function servedText(state: State, { color, version, at, operationId }: Served): string {
  const now = runningVersion(state, color);
  const changed = version !== undefined && now !== undefined && now !== version ? `, and runs ${now} now` : '';
  return `${color} had the traffic last${version ? `, with ${version}` : ''}, since ${at} (operation ${operationId})${changed}`;
}

/** `blue runs v0.1.0 (2 of 2 Pods ready) and green v0.2.0 (...)`. */
function colorsText(state: State): string {
  const parts = COLORS.map((color) => {
    const deployment = state.deployments[color];
    if (!deployment) return `deployment of ${color} not found`;
    const ready = podsOf(state.pods, state.release, color).filter(isReady).length;
    return `${color} runs ${runningVersion(state, color)} (${ready} of ${deployment.spec.replicas ?? 1} Pods ready)`;
  });
  return parts.join(', ');
}

export function runningVersion(state: State, color: Color): string | undefined {
  const deployment = state.deployments[color];
  return deployment && versionOf(imageOf(deployment));
}

/** No run ever announced a switch, and each color runs what is to be installed. */
function isCutOffInstall(state: State, { manifests, target = {} }: Wanted): boolean {
  if (recordCarriers(state).some(({ metadata }) => metadata.annotations?.[PROMOTING_ANNOTATION])) return false;
  if (!manifests) return true;
  return COLORS.every((color) => {
    const live = state.deployments[color];
    if (!live) return true;
    const stated = imageOf(manifestDeployment(manifests, state.release, color));
    const running = imageOf(live);
    return running === stated || running === targetImage(stated, target);
  });
}

/** Why a release without its active Service is refused, and what helps. */
export function absentText(state: State): string {
  const { release, namespace } = state;
  const name = activeServiceName(release);
  const last = lastTraffic(state);
  const deploy = `kubectl bluegreen deploy ${release} -f dist/`;
  const notFound = `services "${name}" not found in namespace "${namespace}"`;
  if (last.kind === 'known')
    return `${notFound}: ${last.evidence}; "${deploy}" makes the Service anew for ${last.color}, as it runs`;
  if (last.kind === 'unknown')
    return `${notFound}: ${last.evidence}; "${deploy} --to=COLOR" makes the Service anew for the color that you name`;
  return `${notFound}: run "${deploy}" to install the release, or "kubectl bluegreen status" to see those that are there`;
}

/**
 * That traffic is not where the Deployments say it was last, and the active Service does not know why: it was deleted and
 * made anew, or put back from an older copy, past this plugin.
 */
export function servedElsewhere(state: State, color: Color): Served | undefined {
  const served = lastServed(state);
  if (!served || served.color === color) return undefined;
  const last = lastOperation(state.active);
  const knows = readHistory(state.active).entries.some(({ id }) => id === served.operationId);
  return knows || (last && last.at >= served.at) ? undefined : served;
}
