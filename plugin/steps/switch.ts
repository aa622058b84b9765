import type { Policy } from '../../charts/policy.js';
import type { Service } from '../core/kubernetes.js';
import { versionOf } from '../plan/image.js';
import { moveKind, objectName, type Plan, type SwitchStep } from '../plan/steps.js';
import type { Run } from '../run/context.js';
import { unlessForced } from '../run/forced.js';
import { overlapTraffic } from '../traffic/overlap/overlap.js';
import { recheck } from '../traffic/recheck.js';
import { switchTraffic as switchSelector } from '../traffic/selector/switch.js';
import type { StepKind } from './kind.js';

/** Moves traffic from one color to the other. */
export const switchTraffic: StepKind<'switch'> = {
  describe: describeSwitch,
  summarize: ({ manifest }) => (manifest ? { manifest: objectName(manifest.wanted) } : {}),
  changes: 'traffic',
  async run(run, step, { plan, policy }) {
    const { overlap, ...place } = step;
    const request = { ...place, kind: moveKind(plan), recheck: recheckOf(run, step, plan, policy) } as const;
    const service = overlap
      ? await overlapTraffic(run, { ...request, toVersion: versionOf(plan.image) }, overlap)
      : await switchSelector(run, request);
    run.reporter.changed(`service/${step.service}`, 'patched');
    return { resourceVersion: service.metadata.resourceVersion };
  },
};

/** What must hold of the color that is to get traffic, each time before it does. */
export const recheckOf = (run: Run, step: SwitchStep, plan: Plan, policy: Policy) => async (live: Service) => {
  const place = { color: step.to, force: step.force };
  await unlessForced(run, place, () => recheck(run, step, policy, plan.operation, live));
};

function describeSwitch({ service, from, to, overlap, manifest }: SwitchStep): string {
  const applies = manifest ? ', and apply its manifest in the same request' : '';
  if (!overlap) return `switch service/${service} from ${from} to ${to}${applies}`;
  const hold = overlap.holdSeconds > 0 ? `, and for ${overlap.holdSeconds}s more` : '';
  return overlap.resumes
    ? `narrow service/${service}, which leads to both colors, to ${to}, once every Pod of ${to} serves${hold && `, ${overlap.holdSeconds}s later`}${applies}`
    : `switch service/${service} from ${from} to ${to}, with both in its selector until every Pod of ${to} serves${hold}${applies}`;
}
