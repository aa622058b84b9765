import { type Color, otherColor } from '../../../charts/names.js';
import type { Policy } from '../../../charts/policy.js';
import { proveService, type ServiceEvidence } from '../../checks/client-way.js';
import { type ProbeEvidence, proveFrontDoor } from '../../checks/front-door.js';
import { UnprovenError } from '../../core/errors.js';
import type { Pod, Service } from '../../core/kubernetes.js';
import { counted } from '../../core/text.js';
import type { Plan, Step } from '../../plan/steps.js';
import type { Run } from '../../run/context.js';
import { tellForced } from '../../run/forced.js';
import { type Convergence, converge } from '../../traffic/prove.js';

/** What shows that traffic is where it should be: what the control plane says, and what clients would get. */
interface TrafficEvidence {
  readonly convergence: Convergence;
  /** What was asked through the Service. */
  readonly requests: ServiceEvidence;
  readonly probes?: readonly ProbeEvidence[];
  /** What could not be asked, and why. */
  readonly notAsked?: readonly string[];
}

/** @throws UnprovenError naming what fails, and the command that moves traffic back */
export async function proveStep(
  run: Run,
  { service, color }: Step & { kind: 'prove' },
  plan: Plan,
  policy: Policy,
): Promise<TrafficEvidence> {
  try {
    const isForced = plan.steps.some((step) => step.kind === 'switch' && step.force);
    const ask = (live: Service, pods: readonly Pod[]) =>
      Promise.all([
        proveService(run, color, live, pods, policy).catch(passOver(run, isForced, NOTHING_ASKED)),
        proveFrontDoor(run, color).catch(passOver(run, isForced, [])),
      ]);
    const { convergence, found } = await converge(run, service, color, ask, replicasOf(plan));
    const [asked, probes] = found;
    run.reporter.info(`${counted(convergence.endpoints, 'endpoint')}, all of ${color}, after ${convergence.ms}ms`);
    tell(run, asked.requests, probes, asked.notAsked);
    return {
      convergence,
      requests: asked.requests,
      ...(probes.length > 0 && { probes }),
      ...(asked.notAsked.length > 0 && { notAsked: asked.notAsked }),
    };
  } catch (error) {
    throw error instanceof UnprovenError ? withWayBack(error, run, plan, color) : error;
  }
}

const NOTHING_ASKED = { requests: { asked: 0, answered: 0, via: [] }, notAsked: [] };

/** What a person has moved traffic to although it fails is told, and is no reason to call the move unproved. */
function passOver<T>(run: Run, isForced: boolean, otherwise: T): (error: unknown) => T {
  return (error) => {
    if (!isForced || !(error instanceof UnprovenError)) throw error;
    tellForced(run, error.message);
    return otherwise;
  };
}

/** How many Pods the color that gets the traffic was prepared with, where this run moves it. */
function replicasOf({ steps }: Plan): number | undefined {
  return steps.find((step) => step.kind === 'switch')?.replicas;
}

function tell(
  { reporter }: Run,
  { asked, answered, via }: ServiceEvidence,
  probes: readonly ProbeEvidence[],
  notAsked: readonly string[],
): void {
  if (answered > 0) reporter.info(`passed through the API server: ${via.join(', ')} (${counted(asked, 'request')})`);
  for (const { url, status, ms } of probes) reporter.info(`${url} answered ${status} in ${ms}ms`);
  for (const why of notAsked) reporter.info(`not asked: ${why}`);
}

function withWayBack(cause: UnprovenError, run: Run, { from, to, follows }: Plan, color: Color): UnprovenError {
  if (from === to || follows) return cause;
  const command = `kubectl bluegreen rollback ${run.release} --namespace=${run.namespace} --to=${otherColor(color)}`;
  return new UnprovenError(`${cause.message}; "${command}" moves traffic back`, { cause });
}
