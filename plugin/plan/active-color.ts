import { APP_LABEL, COLOR_LABEL, COLORS, type Color, isColor } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { Service } from '../core/kubernetes.js';
import { absentText } from './last-traffic.js';
import type { InstalledState, State, TrafficState } from './state.js';
import { overlapOf, overlapText } from './traffic.js';

/** The color that a selector names, when it is exactly {app, version: blue|green}. */
export function namedColor({ spec }: Service, release: string): Color | undefined {
  const { [APP_LABEL]: app, [COLOR_LABEL]: color, ...others } = spec.selector ?? {};
  return app === release && isColor(color) && Object.keys(others).length === 0 ? color : undefined;
}

/**
 * The color that the live selector names.
 *
 * @throws RefusedError when the selector is not exactly {app, version: blue|green}: guessing would move traffic by accident;
 *   also while an operation has both colors in it
 */
export function activeColor(service: Service, release: string): Color {
  const color = namedColor(service, release);
  if (color) return color;
  const overlap = overlapOf(service, release);
  if (overlap) throw new RefusedError(overlapText(service, release, overlap));
  const seen = Object.entries(service.spec.selector ?? {}).map(([key, value]) => `${key}=${value}`);
  throw new RefusedError(
    `service "${service.metadata.name}" has selector ${seen.join(',') || '(none)'}, ` +
      `want ${APP_LABEL}=${release},${COLOR_LABEL}=blue or ${COLOR_LABEL}=green: it was edited by hand, set it right first`,
  );
}

/** For what is of use also while both colors have the traffic. @throws RefusedError as `installed` does otherwise */
export function installedOrOverlapping(state: State): TrafficState {
  const overlap = state.active && overlapOf(state.active, state.release);
  return state.active && overlap
    ? { ...state, active: state.active, activeColor: overlap.from, overlap }
    : installed(state);
}

export function installed(state: State): InstalledState {
  const { active } = state;
  if (!active) throw new RefusedError(absentText(state));
  return { ...state, active, activeColor: activeColor(active, state.release) };
}

/** The colors that have traffic, or may have: both while a selector names none. */
export function servingColors({ active, release }: State): readonly Color[] {
  if (!active) return [];
  const color = namedColor(active, release);
  return color ? [color] : COLORS;
}
