import { installed } from '../plan/active-color.js';
import { requireKept } from '../plan/deletion.js';
import { besideTool, deferSwitch } from '../plan/gitops/defer-switch.js';
import { isUnrecorded } from '../plan/gitops/follow.js';
import { leavesTraffic } from '../plan/gitops/rules.js';
import type { PlanInput } from '../plan/input.js';
import type { Plan } from '../plan/steps.js';
import { requireRoom } from '../run/capacity.js';
import { respectOtherServices } from '../run/other-services.js';
import { findOwner, type Ownership } from '../run/ownership.js';
import { withAdvice } from '../run/pod-targets.js';
import type { Session } from '../run/session.js';
import { ownerOf, respectDeployment, respectHold, respectReplicas } from './owner.js';
import type { Observed, OperationRequest } from './request.js';
import { rehearseWriteBack, type WriteBack } from './write-back.js';

/** What a run is to do, as far as the cluster is concerned. */
export interface Draft {
  readonly input: PlanInput;
  readonly plan: Plan;
  /** The tool that applies what the run changes, and its rules. */
  readonly ownership: Ownership | undefined;
  readonly writeBack?: WriteBack;
}

/** A request, and what was told already: a plan may be made twice. */
export interface Work extends OperationRequest {
  readonly told: Set<string>;
}

/** Plans, and respects what others have to say: quotas, other Services, and tools that apply the release. */
export async function preparePlan(
  { session, operation, options: { force, releaseHold }, checkout, told }: Work,
  { limits, ...input }: Observed,
): Promise<Draft> {
  const wanted = operation.plan(input);
  requireKept(wanted, input.state, input.live);
  const roomy = limits ? await requireRoom(session.run, wanted, input, limits, told) : wanted;
  const { api } = session.run;
  const kept = await respectOtherServices(api, roomy, input.state, force);
  const held = [
    ...respectDeployment(input.state, kept, force),
    ...respectHold(input.state, kept, kept.to, releaseHold),
  ];
  const [ownership, advised] = await Promise.all([
    ownerOf(session, input.state, kept),
    withAdvice(api, kept, input.state, input.policies[kept.to]),
  ]);
  const warned = { ...advised, warnings: [...advised.warnings, ...held] };
  const isLeftAlone = ownership && leavesTraffic(ownership.rules);
  const plan = isLeftAlone ? besideTool(warned, ownership.owner) : warned;
  if (!checkout) return { input, plan, ownership };
  const writeBack = rehearseWriteBack(checkout, plan, input);
  if (plan.nothingToDo !== undefined)
    return { input, plan, ownership, writeBack: await followed(session, input, writeBack) };
  if (!ownership || isLeftAlone || force) return { input, plan, ownership, writeBack };
  respectReplicas(input.state, plan, ownership);
  const { tool } = ownership.owner;
  return { input, plan: deferSwitch(plan, ownership.owner), ownership, writeBack: { ...writeBack, handedTo: tool } };
}

/** Traffic is where it is to be by a commit that no record tells of: the run that was to follow it was cut off. */
async function followed({ run }: Session, { state }: PlanInput, writeBack: WriteBack): Promise<WriteBack> {
  if (!isUnrecorded(installed(state), writeBack.change.color)) return writeBack;
  const owner = await findOwner(run.api, state);
  return owner ? { ...writeBack, handedTo: owner.tool } : writeBack;
}
