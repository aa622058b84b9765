import { COLOR_LABEL, type Color } from '../../../charts/names.js';
import { eachPod } from '../../checks/ask-pods.js';
import { CheckError } from '../../checks/attempts.js';
import { verifyPods } from '../../checks/verify.js';
import { RefusedError } from '../../core/errors.js';
import type { Pod } from '../../core/kubernetes.js';
import { podChecks } from '../../plan/checks/kinds.js';
import type { Policies } from '../../plan/input.js';
import type { Run } from '../../run/context.js';
import type { CheckResult } from './facts.js';

export interface Asked {
  readonly results: readonly CheckResult[];
  /** Pods that no tunnel reached, which says nothing about them. */
  readonly notReached: readonly string[];
  readonly forbidden?: string;
}

const SILENT = { step: () => undefined, info: () => undefined, warn: () => undefined, changed: () => undefined };

export const isRunning = ({ status }: Pod): boolean =>
  status?.phase === 'Running' &&
  (status.containerStatuses ?? []).some(({ state }) => state?.running !== undefined || !state);

/** Puts every check but commands to every Pod, each by itself: one that fails hides no other. */
export async function askPods(run: Run, pods: readonly Pod[], policies: Policies): Promise<Asked> {
  const quiet: Run = { ...run, reporter: SILENT, verified: new Map(), results: new Map() };
  const notReached = new Set<string>();
  let forbidden: string | undefined;
  const policyOf = ({ metadata }: Pod) => policies[metadata.labels?.[COLOR_LABEL] as Color];
  const ask = async (pod: Pod, check: CheckResult['check']): Promise<CheckResult[]> => {
    const common = { pod: pod.metadata.name, check };
    try {
      await verifyPods(quiet, [pod], [check], policyOf(pod).port);
      return [common];
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      // The time for a verification was over.
      if (!(error instanceof CheckError)) return [{ ...common, why: error.message }];
      if (error.end === 'failed') return [{ ...common, why: error.why }];
      if (error.end === 'forbidden') forbidden = `forbidden: ${error.why}`;
      else notReached.add(`pod "${common.pod}" was not reached: ${error.why}`);
      return [];
    }
  };
  const asked = pods.flatMap((pod) => podChecks(policyOf(pod).checks).map((check) => ({ pod, check })));
  const answers = await eachPod(asked, ({ pod, check }) => ask(pod, check));
  return { results: answers.flat(), notReached: [...notReached], ...(forbidden !== undefined && { forbidden }) };
}
