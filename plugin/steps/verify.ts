import type { Check } from '../../charts/policy.js';
import { warnOfFrontDoor } from '../checks/front-door.js';
import { describeVerification, verifyColor } from '../checks/verify.js';
import { checkKind, commandChecks, commandLine, podChecks } from '../plan/checks/kinds.js';
import { policiesDeletedBy } from '../plan/network-policy.js';
import { trafficService } from '../plan/traffic-service.js';
import { unlessForced } from '../run/forced.js';
import type { StepKind } from './kind.js';

/** Asks every Pod of a color each check, and runs the commands among the checks. */
export const verify: StepKind<'verify'> = {
  describe: ({ color, port, checks }) =>
    `verify every Pod of ${color} on port ${port}: ${describeChecks(checks, port)}`,
  summarize: ({ checks }) => ({ checks: checks.map(({ name }) => name) }),
  changes: 'nothing',
  async run(run, step, { plan, policy }) {
    const { color, checks, port } = step;
    const traffic = trafficService(plan);
    const subject = {
      ...policy,
      checks,
      port,
      ...(traffic && { traffic }),
      ...(plan.from !== color && { serving: plan.from }),
      leavingPolicies: policiesDeletedBy(plan),
    };
    return await unlessForced(run, step, async () => {
      const [verification] = await Promise.all([verifyColor(run, color, subject), traffic && warnOfFrontDoor(run)]);
      run.reporter.info(describeVerification(verification));
      return verification;
    });
  },
};

function describeChecks(checks: readonly Check[], port: number): string {
  const asked = podChecks(checks).map((check) => `${check.name} ${checkKind(check, port).replace(/^GET /, '')}`);
  const run = commandChecks(checks).map(({ name, command }) => `; then run ${name}: ${commandLine(command)}`);
  return asked.join(', ') + run.join('');
}
