import { isColor } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import { lastTraffic } from '../plan/last-traffic.js';
import type { Run } from '../run/context.js';
import type { Observed } from './request.js';

/**
 * Asks at a terminal which color the active Service is to be made anew for, where no record says it. Without a terminal
 * the planner refuses, and names `--to`.
 *
 * @throws RefusedError when the answer is no color
 */
export async function askLastColor(isTerminal: boolean, run: Run, seen: Observed): Promise<Observed> {
  const { state, intent, manifests } = seen;
  if (state.active || !manifests || intent.to) return seen;
  const last = lastTraffic(state, { manifests, target: intent.target });
  if (last.kind !== 'unknown' || !isTerminal) return seen;
  const question = `service/${manifests.active.metadata.name} is gone, and ${last.evidence}`;
  const answer = (await run.ask(question, 'Which color is to have the traffic, blue or green? '))?.trim();
  if (isColor(answer)) return { ...seen, intent: { ...intent, to: answer } };
  throw new RefusedError(`not answered with blue or green: the answer was "${answer ?? ''}"`);
}
