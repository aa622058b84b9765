import { CHECK_DEFAULTS } from '../../../charts/default-checks.js';
import type { HttpCheck } from '../../../charts/policy.js';
import type { Container, HttpProbe, PodTemplate } from '../../core/kubernetes.js';

/** What flags and the environment say of checks. */
export interface CheckOptions {
  /** Paths to ask in place of those of the probes. */
  readonly paths: readonly string[];
  readonly retries?: number;
  readonly intervalSeconds?: number;
  readonly checkTimeoutSeconds?: number;
}

export interface UndoChecks {
  readonly checks: readonly HttpCheck[];
  readonly port: number;
}

/** What a kubelet takes for success. */
const PROBE_SUCCESS = Array.from({ length: 200 }, (_, index) => 200 + index);

/**
 * What each Pod of a plain Deployment is asked: the paths given, else those of its own HTTP readiness and liveness probes.
 *
 * There is no policy to go by, and an application that has no /metrics must not fail for it.
 */
export function undoChecks({ spec: { containers } }: PodTemplate, options: CheckOptions): UndoChecks {
  const found = containers.flatMap((container) => [
    ...probeCheck('readiness', container, container.readinessProbe),
    ...probeCheck('liveness', container, container.livenessProbe),
  ]);
  const distinct = found.filter(
    (check, index) => found.findIndex(({ path, port }) => path === check.path && port === check.port) === index,
  );
  const port = found[0]?.port ?? containers[0]?.ports?.[0]?.containerPort ?? 80;
  const asked: HttpCheck[] = options.paths.map((path) => ({ name: path, path, ...CHECK_DEFAULTS }));
  const checks = (asked.length > 0 ? asked : distinct).map((check) => ({
    ...check,
    retries: options.retries ?? check.retries,
    intervalSeconds: options.intervalSeconds ?? check.intervalSeconds,
    timeoutSeconds: options.checkTimeoutSeconds ?? check.timeoutSeconds,
  }));
  return { checks, port };
}

function probeCheck(
  name: string,
  container: Container,
  probe: HttpProbe | undefined,
): (HttpCheck & { port: number })[] {
  const { path = '/', port: named, scheme = 'HTTP', host, httpHeaders = [] } = probe?.httpGet ?? {};
  const port = typeof named === 'number' ? named : container.ports?.find((one) => one.name === named)?.containerPort;
  // A tunnel leads to the Pod itself, and without TLS.
  if (named === undefined || port === undefined || scheme !== 'HTTP' || host) return [];
  const requestHeaders = Object.fromEntries(httpHeaders.map((header) => [header.name, header.value]));
  return [{ ...CHECK_DEFAULTS, name, path, port, status: PROBE_SUCCESS, requestHeaders }];
}
