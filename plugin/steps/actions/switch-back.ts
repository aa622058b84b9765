import { otherColor } from '../../../charts/names.js';
import type { Policy } from '../../../charts/policy.js';
import { RolledBackError, UnprovenError } from '../../core/errors.js';
import { versionOf } from '../../plan/image.js';
import { overlapOfPolicy } from '../../plan/overlap.js';
import type { Overlap, Plan, Step } from '../../plan/steps.js';
import type { Run } from '../../run/context.js';
import { readyPods } from '../../run/ready-pods.js';
import { record } from '../../run/results.js';
import { type OverlapRequest, overlapTraffic } from '../../traffic/overlap/overlap.js';
import { proveTraffic } from '../../traffic/prove.js';
import { pointPreview, recordOutcome } from '../../traffic/record.js';
import { keepSwitched } from '../../traffic/selector/keep-switched.js';
import { switchTraffic } from '../../traffic/selector/switch.js';
import { recordServed } from './record-served.js';
import { recordHold } from './record-switch.js';
import { watchColor } from './soak/watch.js';

/**
 * Watches the color that got the traffic, and moves it back when the color turns out unhealthy.
 *
 * @throws RolledBackError when traffic was moved back; UnprovenError when it was not, by policy
 */
export async function watchAfterSwitch(
  run: Run,
  step: Step & { kind: 'watch' },
  plan: Plan,
  policy: Policy,
): Promise<void> {
  const { checks, port } = policy;
  const { ignoreEventReasons } = policy.promotion;
  const started = run.clock.now();
  const { switchStep } = returnSteps(plan);
  const replicas = switchStep?.replicas;
  const why = await watchColor(run, { ...step, checks, port, replicas, ignoreEventReasons });
  const watched = { color: step.color, check: 'watch', seconds: (run.clock.now() - started) / 1000 };
  record(
    run.results,
    why === undefined ? { ...watched, status: 'passed' } : { ...watched, status: 'failed', message: why },
  );
  if (why === undefined) return;
  if (plan.follows) throw new UnprovenError(`${step.color} is unhealthy: ${why}`);
  const other = otherColor(step.color);
  const version = switchStep ? ` (${switchStep.fromVersion})` : '';
  if (!step.automaticRollback || plan.from === plan.to)
    throw new UnprovenError(
      `${step.color} is unhealthy: ${why}; roll back with "kubectl bluegreen rollback ${plan.release} --namespace ${run.namespace} --to ${other}", which moves traffic to ${other}${version}`,
    );
  await switchBack(run, step, plan, policy, why);
}

async function switchBack(
  run: Run,
  step: Step & { kind: 'watch' },
  plan: Plan,
  policy: Policy,
  why: string,
): Promise<never> {
  const { switchStep, previewStep } = returnSteps(plan);
  run.reporter.warn(`${step.color} is unhealthy: ${why}: switching back to ${plan.from}`);
  const back: Run = { ...run, operationId: `${run.operationId}-back` };
  if (!switchStep) throw new UnprovenError(`${step.color} is unhealthy: ${why}`);
  const guard = { uid: switchStep.guard.uid, lastOperationId: run.operationId };
  // In a hurry one Pod is enough; none is worse than an unhealthy color.
  const recheck = async () => void (await readyPods(back, plan.from, { prepared: 1, all: false }));
  const request = {
    service: switchStep.service,
    guard,
    from: plan.to,
    to: plan.from,
    kind: 'rollback',
    fromVersion: versionOf(plan.image),
    ...(switchStep.manifest && { manifest: switchStep.manifest }),
    // Where the switch changed the ports, they go back to what they were.
    ...(switchStep.portsBefore && { ports: switchStep.portsBefore }),
    reverts: { id: run.operationId, why: `${step.color} is unhealthy: ${why}` },
    recheck,
  } as const;
  const overlap = overlapOfPolicy(policy);
  if (overlap) await backByWayOfBoth(back, { ...request, toVersion: switchStep.fromVersion }, overlap);
  else await switchTraffic(back, request);
  run.reporter.changed(`service/${switchStep.service}`, 'patched');
  if (previewStep) await pointPreview(back, previewStep.service, plan.to);
  const { from, to, service } = request;
  if (switchStep.appliedBy)
    await keepSwitched(back, { service, from, to, tool: switchStep.appliedBy, preview: previewStep?.service, recheck });
  await proveTraffic(back, switchStep.service, plan.from);
  await recordServed(back, plan.from);
  await recordOutcome(back, switchStep.service, 'rolled-back');
  if (switchStep.appliedBy) await recordHold(back, { to: step.color, why, id: run.operationId });
  throw new RolledBackError(`${plan.to} was unhealthy after the switch: ${why}; traffic is back on ${plan.from}`);
}

async function backByWayOfBoth(run: Run, request: OverlapRequest, overlap: Overlap): Promise<void> {
  try {
    await overlapTraffic(run, request, overlap);
  } catch (error) {
    // The rollback was itself rolled back: traffic is still on the unhealthy color.
    if (!(error instanceof RolledBackError)) throw error;
    throw new UnprovenError(`traffic could not be switched back: ${error.message}`, { cause: error });
  }
}

/** The steps of a plan that a way back is made of. */
export function returnSteps(plan: Plan) {
  const find = <K extends Step['kind']>(kind: K) =>
    plan.steps.find((step): step is Step & { kind: K } => step.kind === kind);
  return { switchStep: find('switch'), previewStep: find('preview') };
}
