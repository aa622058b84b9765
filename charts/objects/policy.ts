import { POLICY_SCHEMA } from '../names.js';
import type { ReleasePolicy, VersionPolicy } from '../policy.js';
import type { ReleaseSpec } from '../spec/fields.js';
import { containerName } from './container.js';
import { migrationsJob } from './migrations.js';

/** What promote must know of the release. */
export const releasePolicy = ({ promotion }: ReleaseSpec): ReleasePolicy => ({ promotion });

/** What promote must know of the version that a color runs, with every default filled in. */
export function versionPolicy(spec: ReleaseSpec): VersionPolicy {
  return {
    container: containerName(spec),
    port: spec.ports[0]?.containerPort ?? 0,
    rollout: spec.rollout,
    checks: spec.checks,
    migrations: migrationsJob(spec),
  };
}

export const policyText = (policy: ReleasePolicy | VersionPolicy): string =>
  JSON.stringify({ schema: POLICY_SCHEMA, ...policy }, null, 2);
