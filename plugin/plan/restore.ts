import { COLORS, type Color, deploymentName, otherColor, previewServiceName } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { Service } from '../core/kubernetes.js';
import { withoutCommands } from './checks/commands.js';
import { imageOf, versionOf } from './image.js';
import type { PlanInput } from './input.js';
import { lastTraffic } from './last-traffic.js';
import { type Manifests, objectKey } from './manifests.js';
import type { Plan, Step } from './steps.js';
import { pointAt } from './traffic-services.js';

/** The color that an active Service made anew is to select, and why that one. */
export interface Origin {
  readonly color: Color;
  readonly evidence: string;
}

/**
 * Where the traffic of a release goes whose active Service is gone, or undefined where there is nothing to restore: the
 * manifests' color is for a first install alone, since another may have had the traffic since.
 *
 * @throws RefusedError when no record says which color had it, and neither does `--to`
 */
export function originOf({ state, intent }: PlanInput, manifests: Manifests): Origin | undefined {
  if (intent.to) return state.deployments[intent.to] && { color: intent.to, evidence: `--to=${intent.to} says so` };
  const last = lastTraffic(state, { manifests, target: intent.target });
  if (last.kind === 'known') return last;
  if (last.kind === 'none') return undefined;
  throw new RefusedError(
    `service "${manifests.active.metadata.name}" is gone, and ${last.evidence}: ` +
      'say with --to=blue or --to=green which color is to have the traffic',
  );
}

/**
 * Makes the active Service anew for a color as it runs, once that is verified, and changes no Deployment. What the manifests
 * say is then deployed to the other color, by a plan of its own: it needs the Service to guard against.
 */
export function planRestore(
  { state, policies, live }: PlanInput,
  manifests: Manifests,
  { color, evidence }: Origin,
): Plan {
  const { release, namespace } = state;
  const idle = otherColor(color);
  const policy = policies[color];
  // As for a rollback: users wait for it.
  const { policy: quick, warnings } = withoutCommands(policy);
  const image = imageOf(state.deployments[color]);
  const isMissing = (service: Service) => service.kind === 'Service' && !live.has(objectKey(service));
  const ofColors = COLORS.flatMap((one) => manifests.colors[one] as Service[]).filter(isMissing);
  const preview = manifests.preview && !state.preview ? [pointAt(manifests.preview, release, idle)] : [];
  const isPreviewOnIt = state.preview?.spec.selector?.version === color;
  const { name } = manifests.active.metadata;
  const active = withPortsOf(pointAt(manifests.active, release, color), state.colorServices[color]);
  return {
    operation: 'deploy',
    release,
    namespace,
    from: color,
    to: color,
    image,
    steps: [
      {
        kind: 'wait',
        color,
        deployment: deploymentName(release, color),
        timeoutSeconds: policy.rollout.timeoutSeconds,
      },
      { kind: 'verify', color, checks: quick.checks, port: policy.port },
      { kind: 'create', services: [...ofColors, ...preview, active] },
      ...(isPreviewOnIt ? [{ kind: 'preview', service: previewServiceName(release), to: idle } satisfies Step] : []),
      { kind: 'prove', service: name, color },
    ],
    undo: [],
    warnings,
    restores: `service/${name} is gone, and is made anew for ${color} (${versionOf(image)}) as it runs: ${evidence}; ${idle} is deployed to afterwards`,
  };
}

/** A color's own Service leads to the ports that the color runs with, whatever the manifests say by now. */
function withPortsOf(service: Service, own: Service | undefined): Service {
  const ports = service.spec.ports?.map((port) => {
    const { name, targetPort } = own?.spec.ports?.find((one) => one.port === port.port) ?? {};
    return { ...port, ...(name !== undefined && { name }), ...(targetPort !== undefined && { targetPort }) };
  });
  return { ...service, spec: { ...service.spec, ...(ports && { ports }) } };
}
