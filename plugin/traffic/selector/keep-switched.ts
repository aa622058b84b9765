import { COLOR_LABEL, type Color } from '../../../charts/names.js';
import { isConflict } from '../../core/errors.js';
import type { Service } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { namedColor } from '../../plan/active-color.js';
import { isOwnManager } from '../../plan/field-writer.js';
import { selectorWriter } from '../../plan/gitops/field-managers.js';
import { lastOperation } from '../../plan/operation.js';
import type { Run } from '../../run/context.js';
import { announceSwitch } from '../../run/fence.js';
import { applyTraffic } from './applied-traffic.js';

/** Flux takes milliseconds between its read of an object and its apply; more than a second only on a server under load. */
const WITHIN_MS = 2000;
const INTERVAL_MS = 100;
/** A tool that takes it back as often as this does not leave the selector alone, whatever its rules say. */
const MAX_MOVES = 5;

/** A switch that this run has made. */
export interface Switched {
  readonly service: string;
  readonly from: Color;
  readonly to: Color;
  /** The tool that applies the Service, and leaves its selector alone by its rules. */
  readonly tool: string;
  readonly preview?: string | undefined;
  /** Throws unless the color is ready for the traffic of the Service. */
  readonly recheck: (live: Service) => Promise<void>;
}

/**
 * Keeps traffic where a switch has moved it although a tool was about to apply the Service at that moment. What the tool read
 * before the switch it may write after it, once: its rules hold from its next reconciliation on. So the selector is looked at
 * for two seconds, and moved again when the tool wrote it.
 *
 * @returns how often traffic was moved again
 * @throws RefusedError when the color is no longer ready for it
 */
export async function keepSwitched(run: Run, switched: Switched): Promise<number> {
  const { service, to, tool, preview, recheck } = switched;
  const path = resourcePath('Service', run.namespace, service);
  let moves = 0;
  for (let until = run.clock.now() + WITHIN_MS; run.clock.now() < until; ) {
    await run.clock.sleep(INTERVAL_MS, run.signal);
    const live = await run.api.get<Service>(path);
    if (!isTakenBack(run, live, switched) || moves >= MAX_MOVES) continue;
    run.reporter.warn(`${tool} was at work during the switch, and has taken it back: moving traffic to ${to} again`);
    await announceSwitch(run, to, `again-${moves + 1}`);
    await recheck(live);
    if (!(await write(run, live, to))) continue;
    run.reporter.changed(`service/${service}`, 'patched');
    moves++;
    until = run.clock.now() + WITHIN_MS;
  }
  if (preview !== undefined) await keepPreview(run, preview, switched);
  return moves;
}

/** Whether the last thing that happened to traffic is this run's switch, and then a write by another field manager. */
function isTakenBack(run: Run, live: Service, { from }: Switched): boolean {
  return lastOperation(live)?.id === run.operationId && namedColor(live, run.release) === from && !isOwn(live);
}

const isOwn = (live: Service) => isOwnManager(selectorWriter(live)?.manager);

/** @returns false when the Service has changed since it was read */
async function write(run: Run, live: Service, to: Color): Promise<boolean> {
  try {
    await applyTraffic(run, live, { selector: { [COLOR_LABEL]: to } });
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

async function keepPreview(run: Run, preview: string, { from, to }: Switched): Promise<void> {
  const live = await run.api.find<Service>(resourcePath('Service', run.namespace, preview));
  if (!live || live.spec.selector?.[COLOR_LABEL] !== to || isOwn(live)) return;
  if (await write(run, live, from)) run.reporter.changed(`service/${preview}`, 'patched');
}
