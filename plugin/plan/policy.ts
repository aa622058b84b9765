import { DEFAULT_CHECKS } from '../../charts/default-checks.js';
import { POLICY_ANNOTATION } from '../../charts/names.js';
import type { Policy, SwitchMode } from '../../charts/policy.js';
import { RefusedError } from '../errors.js';
import type { Deployment, Service } from '../kubernetes.js';
import { isCheck } from './checks/kinds.js';
import { fits } from './shape.js';
import { POLICY } from './shapes.js';

/**
 * The policy that a release's active Service carries; the defaults for Services that were not synthesized.
 *
 * @throws RefusedError when the annotation is there but is not a policy
 */
export function readPolicy(service: Service | undefined, deployment: Deployment | undefined): Policy {
  const text = service?.metadata.annotations?.[POLICY_ANNOTATION];
  if (text === undefined) return defaultPolicy(deployment);
  const policy = parse(text);
  if (!policy)
    throw new RefusedError(
      `service "${service?.metadata.name}" has an unreadable annotation ${POLICY_ANNOTATION}: synthesize and apply it again`,
    );
  return policy;
}

function parse(text: string): Policy | undefined {
  try {
    const policy = JSON.parse(text) as Policy;
    if (!fits(policy, POLICY) || !policy.container || !policy.port) return undefined;
    // A check that this version does not know must not pass by not being run.
    const known = policy.checks.every(isCheck);
    const moves = ['atomic', 'overlap', undefined].includes(policy.promotion.switch);
    const runs = policy.migrations?.spec.template.spec.containers.length !== 0;
    return known && moves && runs ? policy : undefined;
  } catch {
    return undefined;
  }
}

function defaultPolicy(deployment: Deployment | undefined): Policy {
  const container = deployment?.spec.template.spec.containers[0];
  return {
    container: container?.name ?? '',
    port: container?.ports?.[0]?.containerPort ?? 80,
    checks: DEFAULT_CHECKS,
    rollout: { timeoutSeconds: 300, replace: 'together', maxSurge: 1, maxUnavailable: 0 },
    promotion: { confirm: true, soakSeconds: 0, automaticRollback: true },
  };
}

/** What flags and the environment may change of a policy; undefined leaves the policy's own. */
export interface Overrides {
  readonly retries?: number;
  readonly intervalSeconds?: number;
  readonly checkTimeoutSeconds?: number;
  readonly rolloutTimeoutSeconds?: number;
  readonly soakSeconds?: number;
  readonly switch?: SwitchMode;
  readonly overlapSeconds?: number;
}

export function overridePolicy(policy: Policy, overrides: Overrides): Policy {
  return {
    ...policy,
    checks: policy.checks.map((check) => ({
      ...check,
      retries: overrides.retries ?? check.retries,
      intervalSeconds: overrides.intervalSeconds ?? check.intervalSeconds,
      timeoutSeconds: overrides.checkTimeoutSeconds ?? check.timeoutSeconds,
    })),
    rollout: { ...policy.rollout, timeoutSeconds: overrides.rolloutTimeoutSeconds ?? policy.rollout.timeoutSeconds },
    promotion: {
      ...policy.promotion,
      soakSeconds: overrides.soakSeconds ?? policy.promotion.soakSeconds,
      ...(overrides.switch !== undefined && { switch: overrides.switch }),
      ...(overrides.overlapSeconds !== undefined && { overlapSeconds: overrides.overlapSeconds }),
    },
  };
}
