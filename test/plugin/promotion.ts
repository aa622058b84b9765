import type { Policy } from '../../charts/policy.js';
import type { Deployment, Service } from '../../plugin/core/kubernetes.js';
import { execute } from '../../plugin/operations/execute.js';
import { planPromote } from '../../plugin/plan/promote.js';
import { inputOf, POLICY } from './cluster-objects.js';
import { ACTIVE, type FakeRun, GREEN } from './fake-run.js';

const CHECKS = [{ name: 'health', path: '/health', status: [200], timeoutSeconds: 5, retries: 1, intervalSeconds: 1 }];
export const policyOf = (soakSeconds = 0, automaticRollback = true): Policy => ({
  ...POLICY,
  checks: CHECKS,
  promotion: { confirm: true, soakSeconds, automaticRollback },
});

/** A promotion of v2 from blue to green. */
export async function promote(run: FakeRun, policy = policyOf()) {
  const plan = planPromote(inputOf({ policy, intent: { target: { version: 'v2' } } }));
  const execution = await execute(run, plan, policy);
  const of = (status: string) => execution.steps.filter((step) => step.status === status).map(({ kind }) => kind);
  return {
    ...execution,
    error: execution.error as Error,
    done: of('done'),
    failed: of('failed'),
    skipped: of('skipped'),
  };
}

export const traffic = (run: FakeRun) => run.api.at<Service>(ACTIVE)?.spec.selector?.version;
export const image = (run: FakeRun) => run.api.at<Deployment>(GREEN)?.spec.template.spec.containers[0]?.image;
export const OLD = 'registry.example:5000/shop:v0';
export const NEW = 'registry.example:5000/shop:v2';

/** Does something when a step begins. */
export function atStep(run: FakeRun, words: string, act: () => void): FakeRun {
  const { step } = run.reporter;
  run.reporter.step = (text) => {
    step(text);
    if (text.startsWith(words)) act();
  };
  return run;
}
