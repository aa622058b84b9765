import { k8s } from 'cdk8s-plus-28';
import { configMapName, MIGRATIONS_ROLE, ROLE_LABEL, releaseLabels } from '../names.js';
import type { JobTemplate } from '../policy.js';
import type { ReleaseSpec } from '../spec/fields.js';
import { configVariables, resources, securityContext } from './container.js';
import { orNone } from './metadata.js';
import { podOf } from './pod.js';

/** Name of the container whose image is the one that is deployed, unless the spec names another. */
const CONTAINER = 'migrate';

/** The Job that promote runs once for each version, without a name; undefined if the spec has no migrations. */
export function migrationsJob(spec: ReleaseSpec): JobTemplate | undefined {
  if (!spec.migrations) return undefined;
  const { command, args, image, backoffLimit, activeDeadlineSeconds } = spec.migrations;
  // No color: its Pods must not be among those that a Service leads to, or that a promotion counts.
  const labels = { ...spec.labels, ...releaseLabels(spec.name), [ROLE_LABEL]: MIGRATIONS_ROLE };
  return k8s.KubeJob.manifest({
    metadata: { labels, annotations: orNone(spec.annotations) },
    spec: {
      backoffLimit,
      activeDeadlineSeconds,
      template: {
        metadata: { labels, annotations: orNone(spec.podAnnotations) },
        spec: {
          ...podOf(spec),
          restartPolicy: 'Never',
          containers: [
            {
              name: CONTAINER,
              image,
              imagePullPolicy: spec.image.pullPolicy,
              command,
              args,
              env: orNone(environment(spec)),
              resources: resources(spec.migrations.resources ?? spec.resources),
              securityContext: securityContext(spec),
            },
          ],
        },
      },
    },
  });
}

/** The release's own variables or those given instead, without what only a color has; and the shared configuration. */
function environment(spec: ReleaseSpec): k8s.EnvVar[] {
  const plain = Object.entries(spec.migrations?.env ?? spec.env).flatMap(([name, source]): k8s.EnvVar[] => {
    if (typeof source === 'string') return [{ name, value: source }];
    return 'releaseField' in source ? [] : [{ name, valueFrom: source }];
  });
  const shared = spec.config.scope === 'shared' ? configVariables(configMapName(spec.name), spec.config.data) : [];
  const own = new Set(plain.map(({ name }) => name));
  return [...plain, ...shared.filter(({ name }) => !own.has(name))];
}
