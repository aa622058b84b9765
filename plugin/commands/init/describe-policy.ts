/** The parts of a spec that no object but the policy annotation holds. */
import { isDeepStrictEqual } from 'node:util';
import type { ReleaseInput } from '../../../charts/index.js';
import { configMapName } from '../../../charts/names.js';
import type { JobTemplate, Policy } from '../../../charts/policy.js';
import { plainEnv, resourcesOf, trailingConfig } from './describe-container.js';
import type { LiveContainer } from './objects.js';

type Migrations = NonNullable<ReleaseInput['migrations']>;
type Checks = NonNullable<ReleaseInput['checks']>;

export const policyFields = ({ checks, promotion }: Policy): Pick<ReleaseInput, 'checks' | 'promotion'> => ({
  checks: structuredClone(checks) as Checks,
  promotion: structuredClone(promotion) as NonNullable<ReleaseInput['promotion']>,
});

/** Where the probes of a release without a policy ask the paths of the default, its checks are the default as well. */
const DEFAULT_PROBES = ['/health/live', '/health/ready'];

/** What is asked of Pods that only their probes tell of: the same as the probes, under the same port. */
export function checksOfProbes({ livenessProbe, readinessProbe, ports }: LiveContainer): Checks | undefined {
  const named: [string, LiveContainer['readinessProbe']][] = [
    ['health', livenessProbe],
    ['readiness', readinessProbe],
  ];
  const numbers = new Map(ports?.map(({ name, containerPort }) => [name, containerPort]));
  const checks = named.flatMap(([name, probe]) => {
    // A check is plain HTTP without a host of its own.
    if (!probe?.httpGet || probe.httpGet.scheme === 'HTTPS' || probe.httpGet.host) return [];
    const { path = '/', port, httpHeaders } = probe.httpGet;
    const number = typeof port === 'string' ? numbers.get(port) : port;
    const isMain = number === undefined || number === ports?.[0]?.containerPort;
    const requestHeaders = httpHeaders && Object.fromEntries(httpHeaders.map((header) => [header.name, header.value]));
    return [{ name, path, ...(!isMain && { port: number }), ...(requestHeaders && { requestHeaders }) }];
  });
  const isDefault = isDeepStrictEqual(
    checks.map(({ path }) => path),
    DEFAULT_PROBES,
  );
  return isDefault || checks.length === 0 ? undefined : checks;
}

/** The Job of a policy, without what the release says anyway. */
export function migrationsOf(job: JobTemplate, spec: ReleaseInput): Migrations {
  const [container] = job.spec.template.spec.containers as readonly LiveContainer[];
  const { command, args, image, env: variables = [] } = container ?? { name: '' };
  const shared = spec.config?.scope === 'color' ? [] : trailingConfig(variables, configMapName(spec.name));
  const own = variables.slice(0, variables.length - shared.filter((key) => key in (spec.config?.data ?? {})).length);
  const env = Object.fromEntries(
    own.flatMap((each) => (plainEnv(each) === undefined ? [] : [[each.name, plainEnv(each)]])),
  );
  const inherited = Object.entries(spec.env ?? {}).filter(
    ([, source]) => typeof source === 'string' || !('releaseField' in source),
  );
  const resources = container && resourcesOf(container);
  const isInherited =
    JSON.stringify(env) === JSON.stringify(Object.fromEntries(inherited)) && spec.config?.scope !== 'color';
  return {
    ...(command && { command }),
    ...(args && { args }),
    ...(image !== undefined && { image }),
    ...(!isInherited && { env: env as NonNullable<Migrations['env']> }),
    ...(!isDeepStrictEqual(resources, spec.resources) && { resources }),
    backoffLimit: job.spec.backoffLimit,
    activeDeadlineSeconds: job.spec.activeDeadlineSeconds,
  };
}
