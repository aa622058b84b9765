import { COLORS, type Color, deploymentName } from '../../charts/names.js';
import { LostRaceError } from '../core/errors.js';
import type { Deployment } from '../core/kubernetes.js';
import { writtenBy } from '../plan/field-writer.js';
import type { Run } from './context.js';

/**
 * Why a color is no longer what this run deployed or first saw, in words; undefined while it is.
 *
 * The API server writes one template in one way, so that its JSON tells whether it is another: also one that leaves the
 * image as it is, as `kubectl rollout restart` makes it, brings Pods that are not verified.
 */
export function changedTemplate(run: Run, color: Color, deployment: Deployment): string | undefined {
  const template = JSON.stringify(deployment.spec.template);
  const known = run.templates.get(color);
  if (known === undefined) run.templates.set(color, template);
  if (known === undefined || known === template) return undefined;
  const images = deployment.spec.template.spec.containers.map(({ image }) => image).join(', ');
  return (
    `the Pod template of deployment "${deployment.metadata.name}" was changed${writtenBy(deployment, 'template')} ` +
    `since this run began: it runs ${images}`
  );
}

/** @throws LostRaceError naming who changed it: that template was not asked for, and is not put back */
export function requireTemplate(run: Run, color: Color, deployment: Deployment): void {
  const changed = changedTemplate(run, color, deployment);
  if (changed) throw new LostRaceError(`${changed}; run the command again to go on from there`);
}

/** The same for a Deployment that was just written, whichever color's it is. */
export function rememberTemplate(run: Run, deployment: Deployment): void {
  const color = COLORS.find((one) => deploymentName(run.release, one) === deployment.metadata.name);
  if (color && deployment.spec?.template) requireTemplate(run, color, deployment);
}
