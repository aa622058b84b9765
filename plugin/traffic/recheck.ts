import { type Color, deploymentName } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { requireOneImage } from '../checks/image-id.js';
import { portChecks, requireServicePorts } from '../checks/traffic-ports.js';
import { verifyPods } from '../checks/verify.js';
import { LostRaceError, RefusedError } from '../core/errors.js';
import type { Deployment, Service } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { writtenBy } from '../plan/field-writer.js';
import { baseline, findRestart } from '../plan/health.js';
import { findFlap } from '../plan/loss.js';
import type { Plan, Step } from '../plan/steps.js';
import type { Run } from '../run/context.js';
import { readyPods } from '../run/ready-pods.js';

/**
 * Looks once more at the color that is about to get the traffic: between verification and switch a person may have thought
 * for an hour. A Pod that is new since is verified first, and so is every Pod when the Service leads to a port of it that was
 * not asked.
 *
 * @param live - the Service as it is right before its patch
 *
 * @throws RefusedError when too few are ready, a port of the Service leads nowhere, or one that was verified has restarted or was unready since; LostRaceError when somebody
 *   gave it another template, or gave the color that has the traffic more replicas than this one has
 */
export async function recheck(
  run: Run,
  step: Step & { kind: 'switch' },
  policy: Policy,
  operation: Plan['operation'],
  live: Service,
): Promise<void> {
  const { from, to, replicas, serving, ports = live.spec.ports ?? [] } = step;
  const [pods] = await Promise.all([
    readyPods(run, to, { prepared: replicas }),
    // A rollback is made in a hurry, and to a color that was raised a moment ago.
    operation === 'promote' && requireCapacity(run, from, to, { prepared: replicas, before: serving }),
  ]);
  const verified = pods.filter((pod) => run.verified.has(pod.metadata.uid ?? ''));
  const unsteady = findRestart(verified, baseline([...run.verified.values()])) ?? findFlap(verified, run.verified);
  if (unsteady) throw new RefusedError(`${unsteady} since it was verified`);
  const resolved = requireServicePorts(run, [{ service: live.metadata.name, ports }], pods);
  const others = portChecks(run, resolved, policy);
  // Also one that was verified, where the Service has got another port since.
  const unverified = pods.filter((pod) => !verified.includes(pod) || others(pod).length > 0);
  if (unverified.length === 0) return;
  await Promise.all([verifyPods(run, unverified, policy.checks, policy.port, others), requireOneImage(run, to, pods)]);
}

/** An autoscaler may have raised the color that serves: as many Pods have to take over. */
async function requireCapacity(
  run: Run,
  from: Color,
  to: Color,
  { prepared, before }: { readonly prepared: number; readonly before: number },
): Promise<void> {
  const path = (color: Color) => resourcePath('Deployment', run.namespace, deploymentName(run.release, color));
  const serving = await run.api.find<Deployment>(path(from));
  const needed = serving?.spec.replicas ?? 0;
  if (!serving || needed <= Math.max(prepared, before)) return;
  const { spec } = await run.api.get<Deployment>(path(to));
  if ((spec.replicas ?? 1) >= needed) return;
  throw new LostRaceError(
    `deployment "${serving.metadata.name}" was scaled to ${needed} replicas${writtenBy(serving, 'replicas')} since this ` +
      `run began, and ${to} has ${spec.replicas ?? 1}: run the command again to raise it`,
  );
}
