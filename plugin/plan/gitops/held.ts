import { type Color, deploymentName, PLUGIN } from '../../../charts/names.js';
import { imageOf, versionOf } from '../image.js';
import type { PlanInput } from '../input.js';
import { type Manifests, manifestDeployment } from '../manifests.js';
import type { State } from '../state.js';
import type { Plan, Step } from '../steps.js';
import { runsWanted, wantedImage } from '../wanted.js';
import { type Owner, selectorOwner } from './ownership.js';

/** The tool that applies a color's Deployment from elsewhere: what its Pods run is for the tool's source to say. */
export function deploymentOwner(state: State, color: Color): Owner | undefined {
  const deployment = state.deployments[color];
  return deployment && selectorOwner(deployment, state);
}

/** Whether a color runs what the manifests say, and, where it does not, whether its tool is still to bring that. */
export function standingOf(
  input: PlanInput,
  manifests: Manifests,
  color: Color,
): 'runs' | 'awaited' | 'asked otherwise' {
  const stated = imageOf(manifestDeployment(manifests, input.state.release, color));
  const wanted = wantedImage(input, manifests, color);
  // A version that runs pinned by its digest is the one that the manifest names by its tag.
  if (wanted !== stated && versionOf(wanted) !== versionOf(stated)) return 'asked otherwise';
  return runsWanted(input, manifests, color) ? 'runs' : 'awaited';
}

/** A plan's input for a color that a tool applies: it is taken as it runs, and no object is applied beside the tool. */
export const asItRuns = <T extends PlanInput>({
  manifests: _,
  rehearsed: __,
  leftovers: ___,
  intent,
  ...input
}: T) => ({
  ...input,
  intent: { ...intent, target: {} },
});

/** The image or revision that a plan would give a color's Deployment itself; undefined where it leaves its Pods as they are. */
export function templateChange({ release, steps }: Pick<Plan, 'release' | 'steps'>, color: Color): string | undefined {
  const name = deploymentName(release, color);
  return steps.map((step) => changeOf(step, name)).find((change) => change !== undefined);
}

function changeOf(step: Step, deployment: string): string | undefined {
  if (step.kind === 'apply') {
    const object = step.objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === deployment);
    return object && 'its manifest';
  }
  if (step.kind !== 'patch' || step.deployment !== deployment) return undefined;
  if (step.patch.revision) return `revision ${step.patch.revision.number}`;
  return step.patch.image?.image;
}

/** Whether a plan gives a color's Deployment other replicas. */
export function changesReplicas({ release, steps }: Pick<Plan, 'release' | 'steps'>, color: Color): boolean {
  const name = deploymentName(release, color);
  return steps.some(
    (step) =>
      (step.kind === 'scale' && step.deployment === name) ||
      (step.kind === 'patch' && step.deployment === name && step.patch.replicas !== undefined),
  );
}

/** What a tool makes of a version that it does not bring itself. @param change - what the run would change */
export const heldText = ({ tool, evidence }: Owner, { release, color, change }: Held & { readonly change: string }) =>
  `deployment "${deploymentName(release, color)}" is managed by ${tool} (${evidence}), which would put back ${change}`;

/** The commands of the way that holds, a line each. @param version - that was asked for; empty where none was */
export function wayText({ tool }: Owner, { release, color, version }: Held & { readonly version: string }): string {
  const wanted = version || 'VERSION';
  const commands =
    tool === 'Helm'
      ? [`set the version of ${color} in the values of the chart to ${wanted}, and upgrade it with helm`]
      : [`kubectl bluegreen set-version ${release} ${wanted} ${color} --commit`, `git push   # ${tool} rolls ${color}`];
  const promote = `kubectl bluegreen promote ${release}${version ? ` --version=${version}` : ''}`;
  const lines = [...commands, promote].map((line) => `  ${line}`);
  return [...lines, `or use --force, with what ${tool} makes of it`].join('\n');
}

interface Held {
  readonly release: string;
  readonly color: Color;
}

/** What is to be said of migrations where a tool starts the Pods: they are not the first thing that happens. */
export function migrationsText({ tool }: Owner, { steps }: Pick<Plan, 'steps'>, color: Color): string | undefined {
  const step = steps.find(({ kind }) => kind === 'migrate');
  if (step?.kind !== 'migrate') return undefined;
  return (
    `job.batch/${step.job.metadata.name} runs before traffic moves to ${color}, but not before its Pods, which ${tool} has started: ` +
    `what they need before that belongs in a hook of ${tool}, and out of ${PLUGIN}'s migrations`
  );
}
