import { EXIT, exitCodeOf } from '../../core/errors.js';
import { numbered, printable } from '../../core/text.js';
import { type Invocation, stringFlag } from '../../invocation/invocation.js';
import { printDocument } from '../../terminal/document.js';
import type { Ended } from './carry-out.js';
import { headline, planLines, type VersionPlan } from './plan.js';

/** `failed`: the other fields say what was done before. */
type Phase = 'planned' | 'nothing-to-do' | 'complete' | 'failed';

/** Shows how a run ended. @returns its exit code @throws what it ended with */
export async function show(invocation: Invocation, plan: VersionPlan, phase: Phase, ended: Ended): Promise<number> {
  const { stdout, stderr } = invocation;
  const format = stringFlag(invocation, 'output');
  const { release, version, change } = plan;
  if (format === 'json' || format === 'yaml') await printDocument(stdout, format, documentOf(plan, phase, ended));
  else if (phase === 'planned') stdout.write(`${headline(plan)}\n${printable(numbered(planLines(plan)))}\n`);
  if (phase === 'nothing-to-do')
    stderr.write(`nothing to do: ${change.color} of ${release} has version ${version} already\n`);
  if (ended.error !== undefined) throw ended.error;
  return EXIT.done;
}

function documentOf(plan: VersionPlan, phase: Phase, { done, error }: Ended): object {
  const { release, version, previous, active, activeBy, change, commit } = plan;
  const { color, environment } = change;
  return {
    release,
    operation: 'set-version',
    ...(environment !== undefined && { environment }),
    phase,
    color,
    active,
    activeBy,
    version,
    previous,
    ...(phase === 'planned' && { steps: planLines(plan) }),
    ...(phase === 'planned' && commit?.branch !== undefined && { branch: commit.branch }),
    ...done,
    ...(error !== undefined && { message: printable((error as Error).message) }),
    exitCode: exitCodeOf(error),
  };
}
