import type { Color } from '../../charts/names.js';
import { type BluegreenError, UnprovenError } from '../core/errors.js';
import { installed } from '../plan/active-color.js';
import { planFollow } from '../plan/gitops/follow.js';
import { imageOf } from '../plan/image.js';
import type { Run } from '../run/context.js';
import { recordHold } from '../steps/actions/record-switch.js';
import { runSteps } from '../steps/engine.js';
import { describeStep } from '../steps/registry.js';
import { execute } from './execute.js';
import { locked } from './locked.js';
import type { Work } from './prepare-plan.js';
import type { Observed } from './request.js';
import { type Result, settle } from './settle.js';
import { type Rendered, type WriteBack, withFailure, writeBackStep } from './write-back.js';

/**
 * After a run that has left the switch to a tool and a commit, with --wait: waits until the tool has moved traffic, and then
 * does what follows a switch. What fails is put on hold, and the spec is set back: committed, that moves traffic back.
 */
export async function followSwitch(work: Work, done: Result): Promise<Result> {
  const { options, session } = work;
  const { rendered: shown, writeBack } = done;
  if (!writeBack || shown.error !== undefined || options.dryRun) return done;
  const { run } = session;
  if (writeBack.handedTo === undefined) {
    run.reporter.info('nothing to wait for: no other tool is to move traffic');
    return done;
  }
  const tool = writeBack.handedTo;
  const step = {
    kind: 'await-switch',
    tool,
    color: writeBack.change.color,
    timeoutMs: options.waitMs ?? 0,
  } as const;
  const { results, failed: notMoved } = await runSteps(run, [step], writeBack);
  const failed = (error: unknown): Result => ({
    ...done,
    rendered: withFailure(shown, results, step.kind, error as BluegreenError),
  });
  if (notMoved) return failed(notMoved.cause);
  return await locked(work, async () => {
    const followed = await prove(work, writeBack, tool, await work.observe());
    const { outcome } = followed;
    const steps = [...shown.outcome.steps, ...results, ...outcome.steps];
    const warnings = [...new Set([...shown.outcome.warnings, ...outcome.warnings])];
    return { ...done, rendered: { ...followed, outcome: { ...outcome, steps, warnings } } };
  }).catch(failed);
}

async function prove(work: Work, writeBack: WriteBack, tool: string, input: Observed): Promise<Rendered> {
  const { run } = work.session;
  const state = installed(input.state);
  const { color } = writeBack.change;
  if (state.activeColor !== color) throw new UnprovenError(`traffic was moved on to ${state.activeColor}`);
  const policy = input.policies[color];
  const plan = planFollow(state, policy, work.operation.kind, tool);
  const execution = await execute(run, plan, policy);
  const draft = { input, plan };
  if (!(execution.error instanceof UnprovenError)) return await settle(work, draft, execution);
  const image = imageOf(state.deployments[plan.from]);
  const advice =
    plan.operation === 'promote' && policy.promotion.automaticRollback && image !== undefined
      ? await takeBack(run, writeBack, { tool, color: plan.from, image, why: execution.error.message })
      : '';
  const error = new UnprovenError(`${execution.error.message}${advice}`, { cause: execution.error });
  return await settle(work, draft, { ...execution, error });
}

interface WayBack {
  readonly tool: string;
  readonly color: Color;
  readonly image: string;
  readonly why: string;
}

/** @returns what is left to be done, to go on the end of what failed */
async function takeBack(
  run: Run,
  { checkout, change }: WriteBack,
  { tool, color, image, why }: WayBack,
): Promise<string> {
  await recordHold(run, { to: change.color, why, id: run.operationId });
  const back = { ...change, color, image };
  try {
    checkout.rehearse(back);
    for (const file of checkout.write(back)) run.reporter.changed(file, 'written');
    return `\n${checkout.spec} names ${color} again: commit and push that, and ${tool} moves traffic back`;
  } catch (error) {
    const wanted = describeStep(writeBackStep({ checkout, change: back }));
    return `\n${checkout.spec} was not set back: ${(error as Error).message}; by hand: ${wanted}, and commit it`;
  }
}
