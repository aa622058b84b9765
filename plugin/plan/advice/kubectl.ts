import { activeServiceName, COLORS, type Color, deploymentName, isColor } from '../../../charts/names.js';
import type { Deployment, Service } from '../../core/kubernetes.js';
import { imageOf, releaseContainer, versionOf } from '../image.js';
import { manifestDeployment } from '../manifests.js';
import { revisionsOf } from '../revisions.js';
import { servedColors } from '../traffic.js';
import type { PrintedCommand } from './command-line.js';
import type { AdviceInput } from './input.js';
import { changeText, moveText } from './move.js';
import { versionIn } from './served-before.js';

/** What kubectl itself would do to traffic, of the commands that are printed. */
export function kubectlEffect(input: AdviceInput, { words, flags }: PrintedCommand): string | undefined {
  const [, verb, ...rest] = words;
  if (verb === 'patch') return patchEffect(input, rest, flags.get('p') ?? '');
  if (verb === 'apply') return applyEffect(input, flags.get('f') ?? '');
  if (verb === 'rollout' && rest[0] === 'undo')
    return undoEffect(input, rest[1] ?? '', Number(flags.get('to-revision')));
  if (verb === 'delete') return deleteEffect(input, rest.join('/'));
  return undefined;
}

function patchEffect(input: AdviceInput, [kind, name]: readonly string[], text: string): string | undefined {
  const { release, state } = input;
  const patch = parse(text);
  if (kind === 'service' && name === activeServiceName(release)) {
    const color = (patch as Partial<Service>).spec?.selector?.version;
    return isColor(color) ? moveText(state, color) : undefined;
  }
  const color = kind === 'deployment' ? COLORS.find((one) => deploymentName(release, one) === name) : undefined;
  const deployment = color && state.deployments[color];
  const containers = (patch as Partial<Deployment>).spec?.template?.spec?.containers;
  const own = deployment && releaseContainer(deployment)?.name;
  const image = containers?.find((one) => one.name === own)?.image;
  return color && image !== undefined ? change(input, color, versionOf(image)) : undefined;
}

function parse(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/** Matches the file of a color, as synthesis names it. */
function applyEffect(input: AdviceInput, file: string): string | undefined {
  const { release, manifests, state } = input;
  const color = COLORS.find((one) => file.endsWith(`${deploymentName(release, one)}.k8s.yaml`));
  if (!color || !servedColors(state).includes(color)) return undefined;
  if (!manifests) return `brings ${color}, which has the traffic, to what the file says`;
  return change(input, color, versionOf(imageOf(manifestDeployment(manifests, release, color))));
}

function undoEffect(input: AdviceInput, target: string, revision: number): string | undefined {
  const { release, state } = input;
  const color = COLORS.find((one) => target === `deployment/${deploymentName(release, one)}`);
  const deployment = color && state.deployments[color];
  if (!color || !deployment) return undefined;
  const found = revisionsOf(deployment, state.replicaSets).find((one) => one.revision === revision);
  return found && change(input, color, versionIn(deployment, found.template));
}

function deleteEffect({ release, state }: AdviceInput, target: string): string | undefined {
  const color = servedColors(state).find((one) => target === `deployment/${deploymentName(release, one)}`);
  return color && `deletes every Pod of ${color}, which has the traffic`;
}

const change = ({ state }: AdviceInput, color: Color, version: string) => changeText(state, color, version);
