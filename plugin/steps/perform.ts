import type { Policy } from '../../charts/policy.js';
import { warnOfFrontDoor } from '../checks/front-door.js';
import { describeVerification, verifyColor } from '../checks/verify.js';
import { RefusedError } from '../core/errors.js';
import type { Service } from '../core/kubernetes.js';
import { numberedSteps } from '../plan/describe-step.js';
import { versionOf } from '../plan/image.js';
import { policiesDeletedBy } from '../plan/network-policy.js';
import type { Plan, Step, SwitchStep } from '../plan/steps.js';
import { trafficService } from '../plan/traffic-service.js';
import type { Run } from '../run/context.js';
import { unlessForced } from '../run/forced.js';
import { overlapTraffic } from '../traffic/overlap/overlap.js';
import { recheck } from '../traffic/recheck.js';
import { keepPolicy, pointPreview, recordOutcome, writePolicy } from '../traffic/record.js';
import { keepSwitched } from '../traffic/selector/keep-switched.js';
import { switchTraffic } from '../traffic/selector/switch.js';
import { countConnections } from './connections.js';
import { waitDrain } from './drain.js';
import { runMigration } from './migrate.js';
import { applyObjects, createServices, deleteObjects, patchDeployment, scaleDeployment } from './objects.js';
import { proveStep } from './prove-step.js';
import { undoStep } from './put-back.js';
import { recordServed } from './record-served.js';
import { recordSwitch } from './record-switch.js';
import { scaleDown } from './scale-down.js';
import { returnSteps, watchAfterSwitch } from './switch-back.js';
import { applyTrafficService } from './traffic-service.js';
import { waitRollout } from './wait.js';

/** Does one step. @returns what the step found: a part of the evidence */
export async function perform(run: Run, step: Step, plan: Plan, policy: Policy): Promise<object> {
  switch (step.kind) {
    case 'migrate':
      return await runMigration(run, step.job);
    case 'apply':
      await applyObjects(run, step.objects, plan.idle);
      return {};
    case 'patch':
      await patchDeployment(run, step.deployment, step.patch, plan.idle);
      return {};
    case 'scale':
      await scaleDeployment(run, step.deployment, step.to, plan.idle);
      return {};
    case 'wait': {
      return await unlessForced(run, step, async () => {
        const pods = await waitRollout(run, step.color, step.deployment, step.timeoutSeconds);
        return { pods: pods.map((pod) => pod.metadata.name) };
      });
    }
    case 'verify': {
      const traffic = trafficService(plan);
      const subject = {
        ...policy,
        checks: step.checks,
        port: step.port,
        ...(traffic && { traffic }),
        ...(plan.from !== step.color && { serving: plan.from }),
        leavingPolicies: policiesDeletedBy(plan),
      };
      return await unlessForced(run, step, async () => {
        const [verification] = await Promise.all([
          verifyColor(run, step.color, subject),
          traffic && warnOfFrontDoor(run),
        ]);
        run.reporter.info(describeVerification(verification));
        return verification;
      });
    }
    case 'create':
      await createServices(run, step.services, plan);
      return {};
    case 'confirm':
      await confirm(run, step.question, plan.steps.slice(plan.steps.indexOf(step) + 1));
      return {};
    case 'switch': {
      const { overlap, ...place } = step;
      const request = {
        ...place,
        kind: plan.operation === 'rollback' ? 'rollback' : 'promote',
        recheck: recheckOf(run, step, plan, policy),
      } as const;
      const service = overlap
        ? await overlapTraffic(run, { ...request, toVersion: versionOf(plan.image) }, overlap)
        : await switchTraffic(run, request);
      run.reporter.changed(`service/${step.service}`, 'patched');
      return { resourceVersion: service.metadata.resourceVersion };
    }
    case 'preview':
      await pointPreview(run, step.service, step.to);
      return {};
    case 'prove': {
      // Traffic has been moved, whatever its proof says.
      const recorded = recordServed(run, step.color, recordedId(plan));
      const proof = keepBesideTool(run, plan, policy).then((again) =>
        proveStep(run, step, plan, policy).then((evidence) => ({ ...evidence, ...again })),
      );
      return await proof.finally(() => recorded);
    }
    case 'watch':
      await watchAfterSwitch(run, step, plan, policy);
      return {};
    case 'record':
      return { operation: await recordOutcome(run, step.service, step.outcome, step.operationId) };
    case 'record-switch':
      await recordSwitch(run, step, plan);
      return {};
    case 'policy':
      await writePolicy(run, step.service, step.policy);
      return {};
    case 'keep-policy':
      await keepPolicy(run, step.deployment, step.policy);
      return {};
    case 'delete':
      await deleteObjects(run, step.objects, plan.idle);
      return {};
    case 'restore':
    case 'recreate':
      return { notPutBack: await undoStep(run, step, plan.idle) };
    case 'apply-service':
      await applyTrafficService(run, step.service, step.color);
      return {};
    case 'drain':
      await waitDrain(run, step);
      return {};
    case 'count-connections':
      return await countConnections(run, step.color);
    case 'scale-down':
      await scaleDown(run, step);
      return {};
    default:
      return step satisfies never;
  }
}

const recheckOf = (run: Run, step: SwitchStep, plan: Plan, policy: Policy) => async (live: Service) => {
  const place = { color: step.to, force: step.force };
  await unlessForced(run, place, () => recheck(run, step, policy, plan.operation, live));
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
function recordedId({ steps }: Plan): string | undefined {
  return steps.find((step) => step.kind === 'record')?.operationId;
}

async function confirm(run: Run, question: string, rest: readonly Step[]): Promise<void> {
  if (run.yes) return run.reporter.info('confirmed by --yes');
  const answer = await run.ask(`what is left to do:\n${numberedSteps(rest)}\n${question}`);
  if (answer === undefined) throw new RefusedError('not confirmed: stdin is closed; answer "yes" or pass --yes');
  if (!/^y(es)?$/i.test(answer.trim())) throw new RefusedError(`not confirmed: the answer was "${answer.trim()}"`);
}
