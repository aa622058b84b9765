import { DEFAULT_CHECKS } from '../../charts/default-checks.js';
import { COLORS, POLICY_ANNOTATION, POLICY_SCHEMA } from '../../charts/names.js';
import type { Policy, ReleasePolicy, SwitchMode, VersionPolicy } from '../../charts/policy.js';
import { NewerSchemaError, RefusedError } from '../core/errors.js';
import type { Deployment, KubernetesObject, Service } from '../core/kubernetes.js';
import { withAnnotation } from './annotations.js';
import { isCheck } from './checks/kinds.js';
import { fits } from './shape.js';
import { RELEASE_POLICY, VERSION_POLICY } from './shapes.js';
import type { State } from './state.js';

const DEFAULT_RELEASE_POLICY: ReleasePolicy = {
  promotion: { confirm: true, soakSeconds: 0, automaticRollback: true },
};

/**
 * The policy by which one color is verified and gets traffic: the release's part from the active Service, the version's
 * from the color's Deployment. Where the Deployment carries none, an older plugin kept both parts on the Service; where
 * that has none either, the defaults hold.
 *
 * @param service - the active Service, of the cluster or of manifests
 * @throws RefusedError when an annotation is there but is not a policy
 */
export function readPolicy(service: Service | undefined, deployment: Deployment | undefined): Policy {
  const release = readPart(service, isReleasePolicy) ?? DEFAULT_RELEASE_POLICY;
  const version =
    readPart(deployment, isVersionPolicy) ?? olderVersionPolicy(service) ?? defaultVersionPolicy(deployment);
  return { ...version, promotion: release.promotion };
}

/** @throws RefusedError when an object carries an annotation that is not the part of a policy which belongs there */
export function requireReadable(object: Service | Deployment): void {
  if (object.kind === 'Service') {
    readPart(object, isReleasePolicy);
    olderVersionPolicy(object as Service);
  } else readPart(object, isVersionPolicy);
}

/** A copy of an object without its part of the policy. */
export function withoutPolicy<T extends KubernetesObject>(object: T): T {
  const { [POLICY_ANNOTATION]: _, ...annotations } = object.metadata.annotations ?? {};
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The version's part that a Service carries since an older plugin wrote it there; undefined where there is none. */
export function olderVersionPolicy(service: Service | undefined): VersionPolicy | undefined {
  const value = service && parse(service);
  // A part that is not whole is refused: the defaults could ask less.
  if (!value || !['container', 'port', 'checks', 'rollout'].some((key) => key in value)) return undefined;
  if (!isVersionPolicy(value)) throw unreadable(service as Service);
  const { container, port, checks, rollout, migrations } = value;
  return { container, port, checks, rollout, ...(migrations && { migrations }) };
}

/**
 * A release of which an older plugin kept both parts of the policy on the Service: each Deployment that has none gets the
 * version's part, so that each color is judged by what was on record when it was deployed. `older` names those colors.
 */
export function withOlderPolicies(state: State): State {
  const older = COLORS.filter((color) => {
    const deployment = state.deployments[color];
    return deployment && deployment.metadata.annotations?.[POLICY_ANNOTATION] === undefined;
  });
  const text = older.length > 0 ? olderPolicyText(state.active) : undefined;
  if (text === undefined) return state;
  const deployments = { ...state.deployments };
  for (const color of older)
    deployments[color] = withAnnotation(state.deployments[color] as Deployment, POLICY_ANNOTATION, text);
  return { ...state, deployments, older };
}

function olderPolicyText(service: Service | undefined): string | undefined {
  try {
    const policy = olderVersionPolicy(service);
    return policy && JSON.stringify(policy);
  } catch {
    // An annotation that is no policy is refused where the policy is read.
    return undefined;
  }
}

function readPart<T>(object: KubernetesObject | undefined, is: (value: unknown) => value is T): T | undefined {
  if (object?.metadata.annotations?.[POLICY_ANNOTATION] === undefined) return undefined;
  const value = parse(object);
  if (!is(value)) throw unreadable(object);
  return value;
}

const unreadable = ({ kind, metadata }: KubernetesObject) =>
  new RefusedError(
    `${kind.toLowerCase()} "${metadata.name}" has an unreadable annotation ${POLICY_ANNOTATION}: synthesize and apply it again`,
  );

/**
 * What an object's annotation holds, without its schema; undefined where that is no object.
 *
 * @throws NewerSchemaError when a newer plugin wrote it: what this one does not know could be what must hold
 */
function parse(object: KubernetesObject): object | undefined {
  const value = parseJson(object.metadata.annotations?.[POLICY_ANNOTATION]);
  if (typeof value !== 'object' || value === null) return undefined;
  const { schema = POLICY_SCHEMA, ...policy } = value as { schema?: unknown };
  if (typeof schema !== 'number') throw unreadable(object);
  if (schema <= POLICY_SCHEMA) return policy;
  const { kind, metadata } = object;
  throw new NewerSchemaError(
    `${kind.toLowerCase()} "${metadata.name}" has an annotation ${POLICY_ANNOTATION} of schema ${schema}, want at most ` +
      `${POLICY_SCHEMA}: a newer version of the plugin wrote it; upgrade the plugin`,
  );
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isReleasePolicy = (value: unknown): value is ReleasePolicy =>
  fits(value, RELEASE_POLICY) && ['atomic', 'overlap', undefined].includes((value as ReleasePolicy).promotion.switch);

function isVersionPolicy(value: unknown): value is VersionPolicy {
  if (!fits(value, VERSION_POLICY)) return false;
  const { container, port, checks, migrations } = value as VersionPolicy;
  const runs = migrations?.spec.template.spec.containers.length !== 0;
  // A check that this version does not know must not pass by not being run.
  return container !== '' && port !== 0 && runs && checks.every(isCheck);
}

function defaultVersionPolicy(deployment: Deployment | undefined): VersionPolicy {
  const container = deployment?.spec.template.spec.containers[0];
  return {
    container: container?.name ?? '',
    port: container?.ports?.[0]?.containerPort ?? 80,
    checks: DEFAULT_CHECKS,
    rollout: { timeoutSeconds: 300, replace: 'together', maxSurge: 1, maxUnavailable: 0 },
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
