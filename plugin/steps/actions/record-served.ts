import { COLORS, type Color, deploymentName } from '../../../charts/names.js';
import { timestamp } from '../../core/clock.js';
import type { Deployment } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { imageOf, versionOf } from '../../plan/image.js';
import { newestServed, type Served, servedAnnotation } from '../../plan/served.js';
import type { Run } from '../../run/context.js';

/**
 * Writes on the Deployments of both colors that a color has the traffic: annotations of a Deployment are not part of its
 * template, so no Pod is replaced. Traffic is where it should be without the record, so one that fails is a warning.
 *
 * @param operationId - the operation that moved the traffic
 */
export async function recordServed(run: Run, color: Color, operationId = run.operationId): Promise<void> {
  const path = (one: Color) => resourcePath('Deployment', run.namespace, deploymentName(run.release, one));
  try {
    const found = await Promise.all(COLORS.map((one) => run.api.find<Deployment>(path(one))));
    const own = found[COLORS.indexOf(color)];
    const version = own && versionOf(imageOf(own));
    const at = timeAfter(newestServed(found), run.clock.wall());
    const annotations = servedAnnotation({ color, operationId, at, ...(version && { version }) });
    const present = COLORS.filter((_, index) => found[index]);
    await Promise.all(present.map((one) => run.api.patch(path(one), { metadata: { annotations } })));
  } catch (error) {
    run.reporter.warn(
      `the Deployments of ${run.release} do not say that ${color} has the traffic, which only matters should the active Service be deleted: ${(error as Error).message}`,
    );
  }
}

/** The newest record is the one that counts, also where this machine's clock is behind that of the one that wrote before. */
function timeAfter(before: Served | undefined, now: number): string {
  return timestamp(Math.max(now, before ? Date.parse(before.at) + 1 : 0));
}
