import { activeServiceName, type Color, selectorLabels } from '../../../charts/names.js';
import { LostRaceError } from '../../core/errors.js';
import type { Service } from '../../core/kubernetes.js';
import { objectPath } from '../../kube/resources.js';
import { activeColor } from '../../plan/active-color.js';
import { objectName } from '../../plan/steps.js';
import { withLiveTraffic } from '../../plan/wanted.js';
import { guarded, retryConflicts, takeOverFields } from '../../run/apply.js';
import type { Run } from '../../run/context.js';

/**
 * Applies the active or the preview Service as its manifest has it, while it leads to a color: everything but its traffic.
 *
 * @throws LostRaceError when it leads elsewhere by now
 */
export async function applyTrafficService(run: Run, manifest: Service, color: Color): Promise<void> {
  const path = objectPath(manifest, run.namespace);
  await retryConflicts(async () => {
    const live = await takeOverFields(run, await run.api.get<Service>(path));
    const isActive = live.metadata.name === activeServiceName(run.release);
    if (isActive && activeColor(live, run.release) !== color)
      throw new LostRaceError(`service "${live.metadata.name}" was switched away from ${color} since this run began`);
    const wanted = withLiveTraffic(manifest, live);
    const selector = isActive ? wanted.spec.selector : selectorLabels(run.release, color);
    const object = { ...wanted, spec: { ...wanted.spec, ...(selector && { selector }) } };
    await run.api.apply(path, guarded(object, live));
  });
  run.reporter.changed(objectName(manifest), 'serverside-applied');
}
