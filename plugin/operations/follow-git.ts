import { type Color, deploymentName, otherColor } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import { servingColors } from '../plan/active-color.js';
import { asItRuns, deploymentOwner, standingOf } from '../plan/gitops/held.js';
import { imageOf, versionOf } from '../plan/image.js';
import { manifestDeployment } from '../plan/manifests.js';
import type { Observed, OperationRequest } from './request.js';

/** Between looks at a color that a tool is to bring to what git says. */
const AGAIN_MS = 1000;

/**
 * Where a tool such as Flux or Argo CD applies the color that is to be prepared, -f is what git says and not what to apply:
 * waits until the tool has brought the color there, and goes on with the color as it runs.
 *
 * @throws RefusedError when the color does not get there in the time of its rollout
 */
export async function observeFollowed({
  session: { run },
  operation,
  options,
  observe,
}: OperationRequest): Promise<Observed> {
  const observeNow = async () => {
    const seen = await observe();
    return operation.complete ? await operation.complete(run, seen) : seen;
  };
  const started = run.clock.now();
  let isTold = false;
  for (;;) {
    const seen = await observeNow();
    const { manifests, state } = seen;
    const color = manifests && preparedBy(seen);
    if (!manifests || !color || options.force) return seen;
    const owner = deploymentOwner(state, color);
    // A switch that is already made, and one that is to be finished, need no new version.
    if (!owner || operation.plan(seen).nothingToDo !== undefined) return seen;
    const standing = standingOf(seen, manifests, color);
    if (standing === 'asked otherwise') return seen;
    if (standing === 'runs') return asItRuns(seen);
    const stated = versionOf(imageOf(manifestDeployment(manifests, state.release, color)));
    const name = deploymentName(state.release, color);
    const what = `deployment "${name}" is not yet as the manifests have it (${stated}): ${owner.tool} is to apply them`;
    const timeoutMs = seen.policies[color].rollout.timeoutSeconds * 1000;
    if (options.dryRun) throw new RefusedError(`${what}, and a dry run does not wait for that`);
    if (timeoutMs > 0 && run.clock.now() - started >= timeoutMs)
      throw new RefusedError(
        `${what}, and has not in ${timeoutMs / 1000}s: is the commit pushed, and does ${owner.tool} follow its branch?`,
      );
    if (!isTold) run.reporter.info(`${what}: waiting for it`);
    isTold = true;
    await run.clock.sleep(AGAIN_MS, run.signal);
  }
}

/** The color without traffic, where one color has all of it. */
function preparedBy({ state }: Observed): Color | undefined {
  const [serving, ...others] = servingColors(state);
  return state.active && serving && others.length === 0 ? otherColor(serving) : undefined;
}
