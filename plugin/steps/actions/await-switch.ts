import { activeServiceName, COLOR_LABEL, type Color } from '../../../charts/names.js';
import { isTransient, RefusedError } from '../../core/errors.js';
import type { Service } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import type { Run } from '../../run/context.js';

const INTERVAL_MS = 1000;

/**
 * Waits until a tool has moved the traffic of a release to a color.
 *
 * @param timeoutMs - 0 waits forever
 * @throws RefusedError when it has not by then: traffic is where it was
 */
export async function awaitSwitch(run: Run, color: Color, tool: string, timeoutMs: number): Promise<void> {
  const service = activeServiceName(run.release);
  const path = resourcePath('Service', run.namespace, service);
  const started = run.clock.now();
  for (;;) {
    const live = await run.api.find<Service>(path).catch((error: unknown) => {
      if (!isTransient(error)) throw error;
      return undefined;
    });
    if (live?.spec.selector?.[COLOR_LABEL] === color) return;
    if (timeoutMs > 0 && run.clock.now() - started >= timeoutMs)
      throw new RefusedError(
        `${tool} has not moved traffic to ${color} in ${timeoutMs / 1000}s: is the commit pushed and merged? ` +
          'The same command with --wait goes on where this one stopped',
      );
    await run.clock.sleep(INTERVAL_MS, run.signal);
  }
}
