import { type Color, deploymentName, IDLE_CHANGE_ANNOTATION, PROMOTING_ANNOTATION } from '../../charts/names.js';
import { LostRaceError } from '../core/errors.js';
import type { Deployment, Service } from '../core/kubernetes.js';
import { resourcePath } from '../kube/resources.js';
import { activeColor } from '../plan/active-color.js';
import { writtenBy } from '../plan/field-writer.js';
import { changedBy, lastOperation } from '../plan/operation.js';
import type { Idle } from '../plan/steps.js';
import { annotateService } from './apply.js';
import type { Run } from './context.js';

/*
 * Kubernetes has no transaction over two objects, so a switch to a color and a scale-down of it each leave a mark on the
 * object that the other one's last patch is guarded by:
 *
 *     switch                                           scale-down
 *     S1 read the Service                              C1 read the Deployment
 *     S2 mark the Deployment (promoting)               C2 read the Service: the color has no traffic
 *     S3 read the Deployment: its replicas are there   C3 mark the Service (cleanup), guarded by C2
 *     S4 patch the Service, guarded by S1              C4 patch the Deployment, guarded by C1
 *
 * Not both take effect. If S2 came after C4, S3 sees the lowered replicas and refuses. If S2 came between C1 and C4, C4 is
 * refused. If S2 came before C1, so did S1, and C3 comes after S1: C3 before S4 has S4 refused; C3 after S4 has taken
 * effect only if C2 came after S4 as well, and C2 then sees the traffic. Who is refused begins again with its first read.
 * No clock and no Lease is part of it, and a patch that arrives late is refused like any other.
 *
 * In a switch that overlaps, S4 is the patch that adds the second color. From then on C2 finds no color without
 * traffic, until the patch that leaves one: so none of the two can be scaled down by what began in between, and what began
 * before has met S1 to S4.
 *
 * Every other change of the idle color's Deployment (a new image, its replicas, its strategy, what a failed deploy puts back)
 * takes the place of the scale-down, with S3 seeing that the Pods are of another template than those that were verified.
 */

/** S2. A value of its own for each attempt: a patch that changes nothing does not raise the resourceVersion. */
export async function announceSwitch(run: Run, color: Color, attempt: number | string): Promise<Deployment> {
  const path = resourcePath('Deployment', run.namespace, deploymentName(run.release, color));
  const annotations = { [PROMOTING_ANNOTATION]: `${run.operationId}.${attempt} by ${run.by}` };
  return await run.api.patch<Deployment>(path, { metadata: { annotations } });
}

/** C3, given what C2 read. */
export async function announceScaleDown(run: Run, service: Service, attempt: number): Promise<void> {
  await mark(run, service, `${run.operationId}.${attempt}`);
}

/** C3 of another change: its Deployment as C1 read it is what tells this mark from the run's other ones. */
export async function announceChange(run: Run, service: Service, deployment: string | undefined): Promise<void> {
  await mark(run, service, `${run.operationId}.${deployment ?? 'new'}`);
}

async function mark(run: Run, service: Service, value: string): Promise<void> {
  await annotateService(run, service, { [IDLE_CHANGE_ANNOTATION]: value });
}

/**
 * C2: the Service, if traffic is where it was when the plan was made and has not been moved meanwhile.
 *
 * @throws LostRaceError naming who moved it
 */
export async function requireIdle(run: Run, { service: name, guard, active, idle }: Idle): Promise<Service> {
  const service = await run.api.get<Service>(resourcePath('Service', run.namespace, name));
  const recorded = changedBy(service, guard);
  // A switch of this run that was given up, and fenced off, is on record too.
  const isOwn = lastOperation(service)?.id.startsWith(run.operationId);
  if ((recorded === undefined || isOwn) && activeColor(service, run.release) === active) return service;
  const who = recorded || writtenBy(service, 'selector');
  throw new LostRaceError(`service "${name}" was changed${who} since this run began: ${idle} is left as it is`);
}
