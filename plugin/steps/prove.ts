import type { Policy } from '../../charts/policy.js';
import type { Plan } from '../plan/steps.js';
import type { Run } from '../run/context.js';
import { keepSwitched } from '../traffic/selector/keep-switched.js';
import { proveStep } from './actions/prove.js';
import { recordServed } from './actions/record-served.js';
import { returnSteps } from './actions/switch-back.js';
import type { StepKind } from './kind.js';
import { recheckOf } from './switch.js';

/** Proves that the EndpointSlices of a Service hold exactly the ready Pods of a color, and that clients get answers. */
export const prove: StepKind<'prove'> = {
  describe: ({ service, color }) =>
    `prove that the EndpointSlices of service/${service} hold exactly the ready Pods of ${color}`,
  changes: 'nothing',
  async run(run, step, { plan, policy }) {
    // Traffic has been moved, whatever its proof says.
    const recorded = recordServed(run, step.color, recordedId(plan));
    const proof = keepBesideTool(run, plan, policy).then(async (again) => ({
      ...(await proveStep(run, step, plan, policy)),
      ...again,
    }));
    return await proof.finally(() => recorded);
  },
};

/** Where a tool applies the Service, traffic must stay where the switch moved it before that is proved. */
async function keepBesideTool(run: Run, plan: Plan, policy: Policy): Promise<{ movedAgain?: number }> {
  const { switchStep, previewStep } = returnSteps(plan);
  if (!switchStep?.appliedBy) return {};
  const movedAgain = await keepSwitched(run, {
    ...switchStep,
    tool: switchStep.appliedBy,
    preview: previewStep?.service,
    recheck: recheckOf(run, switchStep, plan, policy),
  });
  return movedAgain > 0 ? { movedAgain } : {};
}

/** The operation whose switch is proved, where that is not this run's: it was cut off before its proof. */
const recordedId = ({ steps }: Plan): string | undefined => steps.find((step) => step.kind === 'record')?.operationId;
