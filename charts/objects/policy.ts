import type { Policy } from '../policy.js';
import type { ReleaseSpec } from '../spec/release.js';
import { containerName } from './container.js';
import { migrationsJob } from './migrations.js';

/** What promote must know of the release, with every default filled in. */
export function releasePolicy(spec: ReleaseSpec): Policy {
  return {
    container: containerName(spec),
    port: spec.ports[0]?.containerPort ?? 0,
    rollout: spec.rollout,
    promotion: spec.promotion,
    checks: spec.checks,
    migrations: migrationsJob(spec),
  };
}
