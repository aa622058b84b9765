import { verifyPods } from '../checks/verify.js';
import { counted } from '../core/text.js';
import type { StepKind } from './kind.js';

/** Asks every Pod of a Deployment without colors each check. */
export const verifyDeployment: StepKind<'verify-deployment'> = {
  describe: ({ checks, port: usual }) =>
    `verify every Pod: ${checks.map(({ name, path, port = usual }) => (name === path ? `${port}${path}` : `${name} ${port}${path}`)).join(', ')}`,
  summarize: ({ checks }) => ({ kind: 'verify', checks: checks.map(({ name }) => name) }),
  changes: 'nothing',
  async run(run, { checks, port }, { waited }) {
    const verified = await verifyPods(run, waited.pods, checks, port);
    run.reporter.info(`${counted(verified.length, 'Pod')} passed ${counted(checks.length, 'check')} each`);
    return { verified };
  },
};
