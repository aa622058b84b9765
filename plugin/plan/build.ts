import { COLORS, type Color } from '../../charts/names.js';
import { RefusedError } from '../core/errors.js';
import { activeColor } from './active-color.js';
import { imageOf, parseImage } from './image.js';
import type { PlanInput } from './input.js';
import type { Plan } from './steps.js';

/** What the flags of a build say. */
export interface BuildRequest {
  /** The program that builds. */
  readonly builder: string;
  readonly context: string;
  /** Undefined: the builder's own default, a file of the context. */
  readonly dockerfile?: string;
  /** `NAME=VALUE`, or `NAME` for a value of the environment. */
  readonly buildArgs: readonly string[];
  readonly platform?: string;
  readonly push: boolean;
}

/** One thing that a builder does. It comes before a plan's steps, which change the cluster alone. */
export type BuildStep =
  | (Omit<BuildRequest, 'push'> & { readonly kind: 'build'; readonly images: readonly string[] })
  /** `pins`: what is deployed is what this pushed; the other tag is for people. */
  | { readonly kind: 'push'; readonly builder: string; readonly image: string; readonly pins: boolean };

export interface BuildPlan {
  /** The color that is deployed to. */
  readonly color: Color;
  /** What is built, under its version: REPOSITORY:TAG. */
  readonly image: string;
  readonly steps: readonly BuildStep[];
  readonly warnings: readonly string[];
}

/** The color that a plan deploys to; undefined for one that deploys nothing. */
export function deployedColor({ steps }: Plan): Color | undefined {
  return steps.find((step) => step.kind === 'wait')?.color;
}

/**
 * Builds the image of a plan under its version and under the color that it is deployed to.
 *
 * @param plan - what would be deployed if the image existed
 * @returns undefined for a plan that deploys nothing
 * @throws RefusedError when nothing of it says a version, or when building would change or miss Pods that run
 */
export function planBuild(input: PlanInput, plan: Plan, request: BuildRequest): BuildPlan | undefined {
  const color = deployedColor(plan);
  if (color === undefined) return undefined;
  const { repository, tag } = imageToBuild(input, plan);
  const image = `${repository}:${tag}`;
  const { push, ...rest } = request;
  refuseReuse(input, image, push);
  if (push && !repository.includes('/'))
    throw new RefusedError(
      `image "${image}" names no registry to push to: set image.repository of the spec to REGISTRY/NAME, or pass --image`,
    );
  const images = [...new Set([image, `${repository}:${color}`])];
  const pushes = images.map(
    (one) => ({ kind: 'push', builder: rest.builder, image: one, pins: one === image }) as const,
  );
  const steps: BuildStep[] = [{ kind: 'build', images, ...rest }, ...(push ? pushes : [])];
  return { color, image, steps, warnings: push ? [] : unpushedWarning(repository, image) };
}

/** An image of a registry that only the builder has: nodes may even find another of that name. */
function unpushedWarning(repository: string, image: string): string[] {
  const [host = '', ...path] = repository.split('/');
  if (path.length === 0 || !/[.:]|^localhost$/.test(host)) return [];
  return [
    `image "${image}" is built and not pushed: nodes that do not share the builder's images pull what ${host} has under that name, or fail; --push pushes it`,
  ];
}

function imageToBuild({ intent }: PlanInput, plan: Plan): { repository: string; tag: string } {
  const { version, image } = intent.target;
  const { repository, tag, digest } = parseImage(image ?? plan.image ?? '');
  if (version !== undefined) return { repository, tag: version };
  if (tag !== undefined && digest === undefined) return { repository, tag };
  throw new RefusedError(`image "${plan.image}" is no version to build: want REPOSITORY:TAG; pass --version`);
}

/** A tag that Pods run already: they would run another image after a restart, or never get it. */
function refuseReuse({ state }: PlanInput, image: string, push: boolean): void {
  const serving = state.active && activeColor(state.active, state.release);
  for (const color of COLORS) {
    if (imageOf(state.deployments[color]) !== image) continue;
    if (color === serving)
      throw new RefusedError(
        `${color} has the traffic and runs "${image}": built again, it would reach Pods there that start later, unverified; choose another --version`,
      );
    if (!push)
      throw new RefusedError(
        `${color} runs "${image}" already: built again under that name, it would not reach its Pods; ` +
          'leave out --build, choose another --version, or pass --push, which pins what is deployed by digest',
      );
  }
}
