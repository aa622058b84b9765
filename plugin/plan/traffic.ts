import {
  APP_LABEL,
  COLOR_LABEL,
  COLORS,
  type Color,
  DEPLOYMENT_TYPE,
  DEPLOYMENT_TYPE_LABEL,
  isColor,
} from '../../charts/names.js';
import type { Service } from '../core/kubernetes.js';
import { matches } from './label-selector.js';
import { lastOperation, type Operation } from './operation.js';
import type { State } from './state.js';

/**
 * The operation that has both colors in the selector of the active Service. A selector without a color that no operation
 * on record stands for is not an overlap: it was edited by hand.
 */
export function overlapOf(service: Service, release: string): Operation | undefined {
  const { [APP_LABEL]: app, [DEPLOYMENT_TYPE_LABEL]: type, ...others } = service.spec.selector ?? {};
  const isWide = Object.keys(others).length === 0 && (type === undefined || type === DEPLOYMENT_TYPE);
  const last = lastOperation(service);
  if (app !== release || !isWide || last?.outcome !== 'overlapping') return undefined;
  return isColor(last.from) && isColor(last.to) && last.from !== last.to ? last : undefined;
}

/** What is to be known of a Service that leads to both colors, and how it gets to one. */
export function overlapText({ metadata }: Service, release: string, { kind, from, to, by, at }: Operation): string {
  const finish = `kubectl bluegreen ${kind === 'rollback' ? 'rollback' : 'promote'} ${release} --to=${to}`;
  return (
    `service "${metadata.name}" leads to both ${from} and ${to}: the ${kind} from ${from} to ${to} by ${by} at ${at} is at work, ` +
    `or was cut off; if no run is at work on it, "${finish}" finishes it, which leaves all traffic on ${to}, and ` +
    `"kubectl bluegreen rollback ${release} --to=${from}" takes it back, which leaves all of it on ${from}`
  );
}

/** The label by which a selector tells the colors from each other, taken out of it: a merge patch. */
export function wideSelector(labels: Readonly<Record<string, string>>): Record<string, string | null> {
  return { ...labels, [COLOR_LABEL]: null };
}

/** The colors whose Pods the live selector of the active Service matches: one, unless it was edited by hand. */
export function servedColors({ active, deployments, release }: State): Color[] {
  const selector = active?.spec.selector;
  if (!selector || Object.keys(selector).length === 0) return [];
  return COLORS.filter((color) => {
    const labels = deployments[color]?.spec.template.metadata?.labels ?? { [APP_LABEL]: release, [COLOR_LABEL]: color };
    return matches(labels, selector);
  });
}
