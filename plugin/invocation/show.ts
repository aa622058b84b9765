import { EXIT, exitCodeOf } from '../core/errors.js';
import { printable } from '../core/text.js';
import { planText, type RunReport } from '../operations/report.js';
import { type Rendered, type WriteBack, writeBackStep } from '../operations/write-back.js';
import type { Plan } from '../plan/steps.js';
import { describeStep } from '../steps/registry.js';
import { printDocument } from '../terminal/document.js';
import { type Invocation, stringFlag } from './invocation.js';

/** A run that is refused before it has a plan leaves a document as well: a pipeline keeps one for each run. */
export async function showRefusal(invocation: Invocation, document: object): Promise<void> {
  const format = stringFlag(invocation, 'output');
  if (format === 'json' || format === 'yaml') await printDocument(invocation.stdout, format, document);
}

/** Shows how a run ended. @returns its exit code @throws what it ended with */
export async function show(
  invocation: Invocation,
  { outcome, plan, error, before = [] }: Rendered,
  writeBack?: WriteBack,
): Promise<number> {
  const format = stringFlag(invocation, 'output');
  if (format === 'json' || format === 'yaml') await printDocument(invocation.stdout, format, outcome);
  else if (outcome.phase === 'planned') {
    const after = writeBack ? [describeStep(writeBackStep(writeBack))] : [];
    invocation.stdout.write(`${planText(plan, { before, after })}\n`);
  }
  if (outcome.phase === 'nothing-to-do')
    invocation.stderr.write(`nothing to do: ${printable(outcome.message ?? '')}\n`);
  // The last line says where traffic is. Only with exit code 7 that is not known.
  const isKnown = outcome.exitCode !== EXIT.unknown && outcome.phase !== 'planned' && outcome.phase !== 'nothing-to-do';
  if (isKnown) {
    invocation.stderr.write(`${trafficText(outcome, plan)}\n`);
  }
  if (error !== undefined) throw error;
  return exitCodeOf(error);
}

function trafficText(outcome: RunReport, plan: Plan): string {
  const { release, namespace, active, observedAt } = outcome;
  const { color, version, image } = active;
  if (observedAt === 'before')
    return (
      `traffic of ${release} is on ${color} as far as this run knows, which could not read it afterwards: ` +
      `ask "kubectl bluegreen status ${release} --namespace ${namespace}"`
    );
  if (plan.restores !== undefined && !hasTried(outcome, 'create'))
    return `no color of ${release} has traffic: its active Service is gone`;
  // A first deploy that failed leaves no Deployment.
  return image === ''
    ? `no Deployment of ${release} has traffic`
    : `traffic of ${release} is on ${color} (${printable(version)})`;
}

const hasTried = ({ steps }: RunReport, kind: string) =>
  (steps as readonly { kind?: unknown; status?: unknown }[]).some(
    (step) => step.kind === kind && step.status !== 'skipped',
  );
