import { type Color, otherColor } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import { RefusedError } from '../core/errors.js';
import { withoutCommands } from './checks/commands.js';
import { planAfterSwitch, verify } from './deploy.js';
import { imageOf, targetImage, versionOf } from './image.js';
import type { PlanInput } from './input.js';
import { manifestDeployment } from './manifests.js';
import { guardOf, type Operation } from './operation.js';
import { overlapBy } from './overlap.js';
import type { State, TrafficState } from './state.js';
import type { Overlap, Plan } from './steps.js';

/**
 * Moves traffic to one color after an operation that was cut off while both had it: to the one that it was to move to, or
 * back. Neither color is changed: users are on both.
 *
 * @throws RefusedError when a change of what a color runs is asked for
 */
export function planResume(
  input: PlanInput,
  state: TrafficState,
  last: Operation,
  operation: 'promote' | 'rollback',
): Plan {
  const to = targetColor(input.intent.to, last, operation, state.release);
  const from = otherColor(to);
  requireAsIs(input, state, to, last);
  const { policy, warnings } =
    operation === 'rollback' ? withoutCommands(input.policies[to]) : { policy: input.policies[to], warnings: [] };
  const back = to === last.from;
  const image = imageOf(state.deployments[to]);
  const doing = back ? `moving it back to ${to}` : 'finishing it';
  const otherwise = back
    ? ''
    : `; "kubectl bluegreen rollback ${state.release} --to=${from}" would take it back to ${from} (${versionOf(imageOf(state.deployments[from]))})`;
  return {
    operation,
    release: state.release,
    namespace: state.namespace,
    from,
    to,
    image,
    steps: [
      verify(to, policy),
      {
        kind: 'switch',
        service: state.active.metadata.name,
        guard: guardOf(state.active),
        from,
        to,
        fromVersion: versionOf(imageOf(state.deployments[from])),
        replicas: state.deployments[to]?.spec.replicas ?? 1,
        serving: state.deployments[from]?.spec.replicas ?? 0,
        overlap: { ...restOf(policy, back), resumes: { id: last.id, back } },
      },
      ...planAfterSwitch(state, policy, to),
    ],
    undo: [],
    warnings: [
      `the ${last.kind} from ${last.from} to ${last.to} by ${last.by} at ${last.at} was cut off while both colors had the traffic: ${doing}${otherwise}`,
      ...warnings,
    ],
  };
}

function targetColor(
  asked: Color | undefined,
  last: Operation,
  operation: 'promote' | 'rollback',
  release: string,
): Color {
  if (asked) return asked;
  if (operation === 'rollback') return last.kind === 'rollback' ? last.to : last.from;
  if (last.kind !== 'rollback') return last.to;
  throw new RefusedError(
    `a rollback from ${last.from} to ${last.to} by ${last.by} at ${last.at} was cut off while both colors had the traffic: ` +
      `"kubectl bluegreen rollback ${release}" finishes it, which leaves all traffic on ${last.to}; to promote, say with --to which color is to have the traffic`,
  );
}

function restOf(policy: Policy, back: boolean): Overlap {
  // The old color is still registered with load balancers, so no hold is needed.
  const overlap = overlapBy(policy);
  return back ? { ...overlap, holdSeconds: 0 } : overlap;
}

/** Another version would have to replace Pods that have traffic. */
function requireAsIs({ intent, manifests }: PlanInput, state: State, to: Color, last: Operation): void {
  const running = imageOf(state.deployments[to]);
  const manifest = manifests && manifestDeployment(manifests, state.release, to);
  const base = manifest ? imageOf(manifest) : running;
  const wanted = targetImage(base, intent.target, running ?? base);
  if (intent.toRevision === undefined && (wanted === undefined || wanted === running)) return;
  const what = intent.toRevision === undefined ? `not ${versionOf(wanted)}` : 'and no revision can be brought back now';
  throw new RefusedError(
    `both colors have the traffic since the ${last.kind} by ${last.by} at ${last.at} was cut off, and ${to} runs ${versionOf(running)}, ${what}: ` +
      'move traffic to one of them first, without a version',
  );
}
