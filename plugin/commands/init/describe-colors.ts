/** What the two colors of a spec have of their own: versions, numbers of Pods, configuration. */
import { isDeepStrictEqual } from 'node:util';
import { CONFIG_CHECKSUM_ANNOTATION } from '../../../charts/annotations.js';
import type { ReleaseInput } from '../../../charts/index.js';
import { COLORS, type Color, configMapName, deploymentName, otherColor } from '../../../charts/names.js';
import { imageFields } from '../../manifests/write-back/change.js';
import { trailingConfig } from './describe-container.js';
import type { LiveConfigMap, LiveContainer, LiveDeployment, Text } from './objects.js';

export type Deployments = Readonly<Record<Color, LiveDeployment | undefined>>;

/** The container whose image is the release's version: the one named so, else the first. */
export function releaseContainer(containers: readonly LiveContainer[], name: string): LiveContainer {
  return containers.find((container) => container.name === name) ?? containers[0] ?? { name };
}

/** A color that does not run yet starts with what the other one runs. */
export function colorsOf(active: Color, deployments: Deployments, container: string): ReleaseInput['colors'] {
  const runs = (color: Color) => {
    const deployment = deployments[color] ?? deployments[otherColor(color)];
    return imageFields(releaseContainer(deployment?.spec.template.spec.containers ?? [], container).image ?? '');
  };
  const [full, idle] = [replicas(deployments[active]), replicas(deployments[otherColor(active)])];
  const colors = { blue: runs('blue'), green: runs('green') };
  if (full === undefined || idle === undefined || idle <= full) return colors;
  return { ...colors, [otherColor(active)]: { ...colors[otherColor(active)], replicas: idle } };
}

export function replicasOf(active: Color, deployments: Deployments): Pick<ReleaseInput, 'replicas' | 'idleReplicas'> {
  const full = replicas(deployments[active]) ?? replicas(deployments[otherColor(active)]);
  const idle = replicas(deployments[otherColor(active)]);
  return {
    ...(full !== undefined && { replicas: full }),
    ...(full !== undefined && idle !== undefined && idle < full && { idleReplicas: idle }),
  };
}

const replicas = (deployment: LiveDeployment | undefined) => deployment && (deployment.spec.replicas ?? 1);

export interface Config {
  readonly config: NonNullable<ReleaseInput['config']>;
  readonly colors: Readonly<Record<Color, { config?: Record<string, string> }>>;
  /** How many of the active color's last variables it stands for. */
  readonly count: number;
}

export interface ConfigSource {
  readonly release: string;
  readonly active: Color;
  readonly deployments: Deployments;
  readonly container: string;
  readonly find: (name: string) => LiveConfigMap | undefined;
}

const NONE: Config = { config: {}, colors: { blue: {}, green: {} }, count: 0 };

/**
 * The ConfigMaps that become the environment of the Pods key by key, as a spec says it.
 *
 * One that is used in any other way is not part of the release: its variables are references like any others.
 */
export function configOf(source: ConfigSource): Config {
  const { deployments } = source;
  const hasChecksum = COLORS.some(
    (color) => deployments[color]?.spec.template.metadata?.annotations?.[CONFIG_CHECKSUM_ANNOTATION] !== undefined,
  );
  return hasChecksum ? colorConfig(source) : sharedConfig(source);
}

function keysOf({ deployments, container }: ConfigSource, color: Color, configMap: string): string[] {
  const containers = deployments[color]?.spec.template.spec.containers ?? [];
  return trailingConfig(releaseContainer(containers, container).env ?? [], configMap);
}

function sharedConfig(source: ConfigSource): Config {
  const name = configMapName(source.release);
  const { data = {} } = source.find(name) ?? {};
  const keys = keysOf(source, source.active, name);
  const isWhole = keys.length > 0 && isDeepStrictEqual(new Set(keys), new Set(Object.keys(data)));
  return isWhole ? { ...NONE, config: { data: pick(data, keys) }, count: keys.length } : NONE;
}

/** Keys come from the variables, whose order a ConfigMap does not keep. */
function colorConfig(source: ConfigSource): Config {
  const of = (color: Color) => {
    const name = configMapName(deploymentName(source.release, color));
    return pick(source.find(name)?.data ?? {}, keysOf(source, color, name));
  };
  const data = { blue: of('blue'), green: of('green') };
  const [blue, green] = [Object.keys(data.blue), Object.keys(data.green)];
  const different = blue.findIndex((key, index) => key !== green[index]);
  // What both begin with can be said once, in the same order.
  const shared = pick(data[source.active], different < 0 ? blue : blue.slice(0, different));
  const own = (color: Color) => {
    const entries = Object.entries(data[color]).filter(([key, value]) => shared[key] !== value);
    return entries.length > 0 ? { config: Object.fromEntries(entries) } : {};
  };
  return {
    config: { scope: 'color', data: shared },
    colors: { blue: own('blue'), green: own('green') },
    count: Object.keys(data[source.active]).length,
  };
}

const pick = (data: Text, keys: readonly string[]): Record<string, string> =>
  Object.fromEntries(keys.flatMap((key) => (data[key] === undefined ? [] : [[key, data[key]]])));
