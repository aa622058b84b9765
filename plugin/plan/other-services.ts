import {
  activeServiceName,
  type Color,
  colorServiceName,
  deploymentName,
  otherColor,
  previewServiceName,
  selectorLabels,
} from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import type { Deployment, Service } from '../core/kubernetes.js';
import { selects } from './label-selector.js';
import { podsOf, type State } from './state.js';
import type { Plan } from './steps.js';

/** A color that a plan leaves with fewer replicas than it has. */
export interface Lowering {
  readonly color: Color;
  readonly from: number;
  readonly to: number;
}

/** The replicas that a plan takes away from the color that has no traffic, if it does. */
export function lowering({ steps, release, idle }: Plan, { deployments }: State): Lowering | undefined {
  const scaleDown = steps.find((step) => step.kind === 'scale-down');
  if (scaleDown) return { color: scaleDown.idle, from: scaleDown.from, to: scaleDown.to };
  const color = idle?.idle;
  const from = color && (deployments[color]?.spec.replicas ?? 1);
  if (!color || from === undefined || !deployments[color]) return undefined;
  const to = steps.reduce((now, step) => replicasAfter(step, deploymentName(release, color)) ?? now, from);
  return to < from ? { color, from, to } : undefined;
}

function replicasAfter(step: Plan['steps'][number], name: string): number | undefined {
  if (step.kind === 'scale' && step.deployment === name) return step.to;
  if (step.kind === 'patch' && step.deployment === name) return step.patch.replicas;
  if (step.kind !== 'apply') return undefined;
  const applied = step.objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  return (applied as Deployment | undefined)?.spec.replicas;
}

/** What tells the labels of both colors' Pods. */
export type Colors = Pick<State, 'release' | 'deployments' | 'pods'>;

type Labels = Readonly<Record<string, string>> | undefined;

/** Services that lead to the Pods of a color, and are not the release's own ways to it. */
export interface OtherServices {
  /** Their only Pods of the release are of that color. */
  readonly alone: readonly string[];
  /** They lead to the other color as well, and serve without this one. */
  readonly both: readonly string[];
}

/** @see https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service */
export function otherServices(services: readonly Service[], state: Colors, color: Color): OtherServices {
  const { release } = state;
  const own = [activeServiceName(release), previewServiceName(release), colorServiceName(release, color)];
  const found = services.filter((one) => !own.includes(one.metadata.name) && leadsTo(one, state, color));
  const names = (wanted: boolean) =>
    found.filter((one) => leadsTo(one, state, otherColor(color)) === wanted).map(({ metadata }) => metadata.name);
  return { alone: names(false), both: names(true) };
}

function leadsTo({ spec }: Service, state: Colors, color: Color): boolean {
  const labels: Labels[] = [
    state.deployments[color]?.spec.template.metadata?.labels ?? selectorLabels(state.release, color),
    ...podsOf(state.pods, state.release, color).map(({ metadata }) => metadata.labels),
  ];
  return labels.some((one) => one && selects(spec, one));
}

/**
 * The plan, with what other Services lose by it.
 *
 * @param services - those of the namespace; undefined where they may not be listed
 * @throws RefusedError naming Services that lead to the Pods of that color alone, unless forced
 */
export function besideOtherServices(
  plan: Plan,
  state: State,
  { color, from, to }: Lowering,
  services: readonly Service[] | undefined,
  force: boolean,
): Plan {
  if (!services)
    return withWarnings(plan, [
      `the Services of namespace "${plan.namespace}" may not be listed: it is not known whether another one leads to ${color}`,
    ]);
  const { alone, both } = otherServices(services, state, color);
  if (alone.length > 0 && !force) throw new RefusedError(refusal(alone, { color, from, to }));
  const warnings = [...alone, ...both].map(
    (name) => `service "${name}" also leads to ${color}, and loses ${from - to} of its ${from} Pods there`,
  );
  const steps = plan.steps.map((step) => (step.kind === 'scale-down' ? { ...step, besides: alone } : step));
  return withWarnings({ ...plan, steps }, warnings);
}

const withWarnings = (plan: Plan, warnings: readonly string[]): Plan => ({
  ...plan,
  warnings: [...plan.warnings, ...warnings],
});

/** Why replicas are not lowered. */
export function refusal(names: readonly string[], { color, from, to }: Lowering): string {
  const services = `${names.length === 1 ? 'service' : 'services'} ${names.map((name) => `"${name}"`).join(', ')}`;
  const [leads, has] = names.length === 1 ? ['leads', 'it has'] : ['lead', 'they have'];
  return (
    `${services} ${leads} to the Pods of ${color}, although ${color} has no traffic of the release: ${has} clients who would ` +
    `lose ${to === 0 ? 'all' : from - to} of the ${from} Pods; change the selector first, or use --force`
  );
}
