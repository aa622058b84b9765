import { type Color, selectorLabels } from '../../charts/names.js';
import { ApiError, RefusedError } from '../core/errors.js';
import type { Deployment, KubernetesObject, Service } from '../core/kubernetes.js';
import { undoOf } from './color.js';
import type { PlanInput } from './input.js';
import { objectKey } from './manifests.js';
import { sameObject } from './normalize.js';
import { withoutPolicy } from './policy.js';
import { isDeclared } from './retarget.js';
import type { InstalledState } from './state.js';
import { objectName, type Step } from './steps.js';
import { changes, wantedService } from './wanted.js';

/** A deploy moves no traffic, and leaves the Service that carries it as it is, unless what both colors use is to be applied. */
export function planActiveService(input: PlanInput, state: InstalledState) {
  const none = { steps: [] as Step[], undo: [] as Step[], warnings: [] as string[] };
  const manifest = changedService(input, input.manifests?.active);
  if (!manifest || onlyPolicyDiffers(input, manifest)) return none;
  const name = objectName(manifest);
  const leadsNowhere = unresolvedFor(manifest, state.deployments[state.activeColor]);
  if (leadsNowhere !== undefined)
    return {
      ...none,
      warnings: [
        `${name} differs from its manifest, and ${leadsNowhere}: promote applies it in the request that moves traffic`,
      ],
    };
  if (!input.intent.applyShared)
    return {
      ...none,
      warnings: [
        `${name} differs from its manifest: promote applies it in the request that moves traffic; --apply-shared applies it now`,
      ],
    };
  requireAccepted(input, [manifest]);
  return {
    ...none,
    steps: [
      { kind: 'apply-service', service: manifest, color: state.activeColor },
      { kind: 'prove', service: manifest.metadata.name, color: state.activeColor },
    ] as Step[],
    undo: undoOf([manifest], input.live),
  };
}

/** A Service of traffic as its manifest has it, where applying that would change more than its selector. */
export function changedService(input: PlanInput, manifest: Service | undefined): Service | undefined {
  if (!manifest || !input.live.has(objectKey(manifest))) return undefined;
  return changes(input, wantedService(input, manifest)) ? manifest : undefined;
}

/** Which port of a Service the Pods that have the traffic do not have, by their template; undefined where they have all. */
function unresolvedFor({ spec: { ports = [] } }: Service, active: Deployment | undefined): string | undefined {
  const missing = active && ports.find((port) => !isDeclared(port, active));
  return missing && `the Pods that have the traffic have no port for its port ${missing.port}`;
}

/** The policy step writes it, last of all. */
function onlyPolicyDiffers({ live, rehearsed }: PlanInput, manifest: Service): boolean {
  const [now, would] = [live.get(objectKey(manifest)), rehearsed?.get(objectKey(manifest))];
  if (!now || !would || would instanceof Error) return false;
  return sameObject(withoutPolicy(now), withoutPolicy(would));
}

/** @throws RefusedError with the server's words when it would refuse to apply one of these objects */
export function requireAccepted({ rehearsed }: PlanInput, objects: readonly KubernetesObject[]): void {
  for (const object of objects) {
    const answer = rehearsed?.get(objectKey(object));
    if (!(answer instanceof ApiError)) continue;
    throw new RefusedError(`${objectName(object)} cannot be applied as its manifest has it: ${answer.message}`, {
      cause: answer,
    });
  }
}

/** The Service that tests of the idle color go through: made where it is missing, applied where it differs. */
export function planPreview(input: PlanInput, { preview, release }: InstalledState, color: Color) {
  const manifest = input.manifests?.preview;
  if (!manifest) return { steps: [] as Step[], undo: [] as Step[] };
  if (!preview)
    return { steps: [{ kind: 'create', services: [pointAt(manifest, release, color)] }] as Step[], undo: [] };
  const changed = changedService(input, manifest);
  const steps: Step[] = changed ? [{ kind: 'apply-service', service: changed, color }] : [];
  return { steps, undo: changed ? undoOf([changed], input.live) : [] };
}

export function pointAt(service: Service, release: string, color: Color): Service {
  return { ...service, spec: { ...service.spec, selector: selectorLabels(release, color) } };
}
