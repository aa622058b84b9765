import type { ReleaseInput } from '../../../charts/index.js';
import { type Color, otherColor } from '../../../charts/names.js';
import type { LiveContainer, LiveEnv, LivePodSpec, LiveProbe, Text } from './objects.js';

type Env = NonNullable<ReleaseInput['env']>;
type Resources = NonNullable<ReleaseInput['resources']>;

/** What Kubernetes takes where a probe says nothing, which is not what a spec takes. */
const PROBE = { initialDelaySeconds: 0, periodSeconds: 10, failureThreshold: 3 };

/** The three probes. One that is no HTTP probe cannot be said: a comparison then finds it missing. */
export function probesOf({ startupProbe, livenessProbe, readinessProbe }: LiveContainer, mainPort: string | undefined) {
  const httpGet = (probe: LiveProbe) => {
    const { port, path = '/', ...more } = probe.httpGet ?? {};
    return { ...more, path, ...(port !== undefined && port !== mainPort && { port }) };
  };
  const startup = startupProbe?.httpGet && { ...PROBE, ...startupProbe, httpGet: httpGet(startupProbe) };
  const liveness = livenessProbe?.httpGet && {
    ...PROBE,
    timeoutSeconds: 1,
    ...livenessProbe,
    httpGet: httpGet(livenessProbe),
  };
  const readiness = readinessProbe?.httpGet && {
    ...PROBE,
    timeoutSeconds: 1,
    successThreshold: 1,
    ...readinessProbe,
    httpGet: httpGet(readinessProbe),
  };
  return {
    startupProbe: startup ?? false,
    livenessProbe: liveness ?? false,
    ...(readiness && { readinessProbe: readiness }),
  } as Pick<ReleaseInput, 'startupProbe' | 'livenessProbe' | 'readinessProbe'>;
}

/** `preStop`, as the seconds that it takes and, where it is more than `sleep`, its command. */
export function preStopOf({ lifecycle }: LiveContainer, graceSeconds: number) {
  const command = lifecycle?.preStop?.exec?.command;
  if (!command) return { preStopSeconds: 0 };
  const said = Number(/\bsleep (\d{1,6})\b/.exec(command.join(' '))?.[1] ?? 15);
  // A spec has no hook that takes longer than the Pod may.
  const seconds = Math.min(said, graceSeconds - 1);
  const isPlain = command.length === 2 && command[0] === 'sleep' && command[1] === String(seconds);
  return { preStopSeconds: seconds, ...(!isPlain && { preStopCommand: [...command] }) };
}

export function securityContextOf(pod: LivePodSpec, container: LiveContainer) {
  const { runAsNonRoot, runAsUser, runAsGroup, fsGroup, seccompProfile } = pod.securityContext ?? {};
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = container.securityContext ?? {};
  return {
    runAsNonRoot: runAsNonRoot ?? 'unset',
    runAsUser: runAsUser ?? 'unset',
    ...(runAsGroup !== undefined && { runAsGroup }),
    ...(fsGroup !== undefined && { fsGroup }),
    readOnlyRootFilesystem: readOnlyRootFilesystem ?? 'unset',
    allowPrivilegeEscalation: allowPrivilegeEscalation ?? 'unset',
    capabilities: capabilities ? { drop: capabilities.drop ?? [], add: capabilities.add ?? [] } : 'unset',
    seccompProfile: seccompProfile?.type ?? 'unset',
  } as NonNullable<ReleaseInput['securityContext']>;
}

export function resourcesOf({ resources }: { resources?: { requests?: Text; limits?: Text } }): Resources {
  const known = (amounts: Text | undefined) => {
    const { cpu, memory, 'ephemeral-storage': disk } = amounts ?? {};
    return amounts && { ...(cpu && { cpu }), ...(memory && { memory }), ...(disk && { 'ephemeral-storage': disk }) };
  };
  const [requests, limits] = [known(resources?.requests), known(resources?.limits)];
  return { ...(requests && { requests }), ...(limits && { limits }) };
}

/** Compares a color's container with the other color's, which tells its color from a value that both have. */
export interface EnvSource {
  readonly color: Color;
  readonly variables: readonly LiveEnv[];
  readonly others: readonly LiveEnv[] | undefined;
}

/** The variables that a spec has of its own: `releaseField: color` where each color has its own name for a value. */
export function envOf({ color, variables, others }: EnvSource): Env {
  const isColor = ({ name, value }: LiveEnv) => {
    const other = others?.find((variable) => variable.name === name);
    return value === color && (others === undefined || other?.value === otherColor(color));
  };
  const entries = variables.flatMap((variable): [string, Env[string]][] => {
    if (isColor(variable)) return [[variable.name, { releaseField: 'color' }]];
    const source = plainEnv(variable);
    return source === undefined ? [] : [[variable.name, source]];
  });
  return Object.fromEntries(entries);
}

/** Undefined for a source that a spec has no word for. */
export function plainEnv({ value, valueFrom }: LiveEnv): string | Exclude<Env[string], string> | undefined {
  if (!valueFrom) return value ?? '';
  const { secretKeyRef, configMapKeyRef, fieldRef } = valueFrom;
  if (secretKeyRef) return { secretKeyRef };
  if (configMapKeyRef) return { configMapKeyRef };
  return fieldRef && { fieldRef: { fieldPath: fieldRef.fieldPath } };
}

/** How many of the last variables are each a key of one ConfigMap under the same name. */
export function trailingConfig(variables: readonly LiveEnv[], configMap: string): string[] {
  const isConfig = ({ name, valueFrom }: LiveEnv) => {
    const { configMapKeyRef: ref } = valueFrom ?? {};
    return ref?.name === configMap && ref.key === name && ref.optional === undefined;
  };
  const last = variables.findLastIndex((variable) => !isConfig(variable));
  return variables.slice(last + 1).map(({ name }) => name);
}
