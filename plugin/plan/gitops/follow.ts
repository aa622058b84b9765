import { type Color, otherColor } from '../../../charts/names.js';
import type { Policy } from '../../../charts/policy.js';
import { planAfterSwitch, verify } from '../deploy.js';
import { imageOf, versionOf } from '../image.js';
import { lastOperation } from '../operation.js';
import type { InstalledState } from '../state.js';
import type { Plan } from '../steps.js';

/**
 * What a run does about a switch that a tool has made because a commit said so: all that it does after one of its own. The
 * preview Service is the tool's as well.
 *
 * @param state - in which the tool has moved traffic
 */
export function planFollow(state: InstalledState, policy: Policy, operation: Plan['operation'], tool: string): Plan {
  const { active, activeColor: to, deployments, release, namespace } = state;
  const from = otherColor(to);
  const service = active.metadata.name;
  const fromVersion = versionOf(imageOf(deployments[from]));
  const follow = planAfterSwitch({ ...state, preview: undefined }, policy, to).map((step) =>
    step.kind === 'watch' ? { ...step, automaticRollback: false } : step,
  );
  return {
    operation,
    release,
    namespace,
    from,
    to,
    image: imageOf(deployments[to]),
    steps: [{ kind: 'record-switch', service, from, to, fromVersion, tool }, verify(to, policy), ...follow],
    follows: tool,
    undo: [],
    warnings: [],
  };
}

/** Whether traffic is on a color and no record says who moved it there: a tool that applied a commit, or a person. */
export function isUnrecorded({ active, activeColor }: InstalledState, color: Color): boolean {
  const last = lastOperation(active);
  return activeColor === color && last !== undefined && last.to !== color;
}
