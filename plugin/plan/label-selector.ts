import type { LabelSelector, Service } from '../core/kubernetes.js';

type Labels = Readonly<Record<string, string>>;

/** Whether labels have every pair of a selector; an empty one matches all. */
export const matches = (labels: Labels | undefined, selector: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels?.[key] === value);

/**
 * Whether a Service leads to Pods that have labels. Kubernetes does not look at the selector of an external name, and makes
 * no EndpointSlices for a Service without one.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
 */
export const selects = (
  { selector = {}, type }: Pick<Service['spec'], 'selector' | 'type'>,
  labels: Labels | undefined,
): boolean => type !== 'ExternalName' && Object.keys(selector).length > 0 && matches(labels, selector);

/** `app=shop,version=blue`. */
export const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');

/**
 * Whether a selector matches labels; an empty one matches all.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements
 */
export function matchesLabels(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector,
  labels: Labels = {},
): boolean {
  return (
    matches(labels, matchLabels) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const isIn = value !== undefined && values.includes(value);
      return operator === 'In' ? isIn : !isIn;
    })
  );
}
