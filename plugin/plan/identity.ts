import { createHash } from 'node:crypto';
import { type Deployment, type PodTemplate, TEMPLATE_HASH_LABEL } from '../core/kubernetes.js';
import { compareText } from '../core/text.js';

/** By which `kubectl rollout restart` makes a new revision of what runs already. */
const RESTARTED_ANNOTATION = 'kubectl.kubernetes.io/restartedAt';
const HASH_LENGTH = 16;

/**
 * Tells one Pod template from another as the server holds them; a restart leaves it as it is. A server that learns a new default
 * for Pods would give another hash until the next switch: Kubernetes avoids such defaults, as they would restart every Pod.
 */
export const templateHash = ({ spec }: Deployment): string => hashOfTemplate(spec.template);

/** The same of a template, also of a ReplicaSet's, which has one label more. */
export function hashOfTemplate(template: PodTemplate): string {
  const { labels = {}, annotations = {}, ...metadata } = template.metadata ?? {};
  const same = {
    ...template,
    metadata: {
      ...metadata,
      labels: without(labels, TEMPLATE_HASH_LABEL),
      annotations: without(annotations, RESTARTED_ANNOTATION),
    },
  };
  return createHash('sha256')
    .update(JSON.stringify(canonical(same)))
    .digest('hex')
    .slice(0, HASH_LENGTH);
}

function without(values: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
}

/** Keys in order, and nothing that is null or an empty mapping: servers differ in what they leave out. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, one]) => [key, canonical(one)] as const)
    .filter(([key, one]) => one !== null && one !== undefined && !(isMetadata(key) && isEmpty(one)));
  return Object.fromEntries(entries.sort(([a], [b]) => compareText(a, b)));
}

// An empty emptyDir says something, empty labels do not.
const isMetadata = (key: string) => key === 'labels' || key === 'annotations' || key === 'metadata';
const isEmpty = (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0;
