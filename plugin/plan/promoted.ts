import type { Deployment } from '../core/kubernetes.js';
import { writtenBy } from './field-writer.js';
import { readHistory } from './history.js';
import { hashOfTemplate, templateHash } from './identity.js';
import { imageOf, versionOf } from './image.js';
import { lastOperation } from './operation.js';
import { revisionsOf } from './revisions.js';
import type { TrafficState } from './state.js';

/** What has the traffic, where it is not what was promoted. */
export interface NotPromoted {
  readonly deployment: Deployment;
  /** In words, with who changed it. */
  readonly text: string;
  /** The revision of its Deployment that was promoted, while it is kept. */
  readonly revision?: number;
}

/**
 * Whether the active color runs the Pod template that it was given traffic with. A plugin that did not record it yet, and a
 * selector that was moved past the plugin, leave nothing to compare.
 */
export function notPromoted(state: TrafficState): NotPromoted | undefined {
  const last = lastOperation(state.active);
  const deployment = state.deployments[state.activeColor];
  if (!last?.template || !deployment || state.overlap) return undefined;
  const color = last.outcome === 'abandoned' ? last.from : last.to;
  if (color !== state.activeColor || templateHash(deployment) === last.template) return undefined;
  const promoted = readHistory(state.active).entries.find(({ id }) => id === last.id)?.toVersion;
  const running = versionOf(imageOf(deployment));
  const how = running === promoted ? `${running} with another Pod template` : running;
  const revision = revisionsOf(deployment, state.replicaSets).find(
    ({ template }) => hashOfTemplate(template) === last.template,
  )?.revision;
  return {
    deployment,
    text:
      `deployment "${deployment.metadata.name}" does not run what was promoted (${promoted ? `${promoted}, ` : ''}by ${last.by} at ${last.at}): ` +
      `it runs ${how}, changed${writtenBy(deployment, 'template')}`,
    ...(revision !== undefined && { revision }),
  };
}
