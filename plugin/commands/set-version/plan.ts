import { type Color, otherColor } from '../../../charts/names.js';
import { RefusedError } from '../../core/errors.js';
import { describeChange, type SpecChange } from '../../manifests/write-back/change.js';
import type { TrafficColor } from '../../plan/gitops/traffic-color.js';

/** What a spec says, as far as a version of it is concerned. */
export interface Spoken {
  readonly name: string;
  readonly traffic: TrafficColor;
}

/**
 * The color that gets the version: the one without traffic.
 *
 * @param asked - the color that was named
 * @throws RefusedError when that has the traffic
 */
export function chooseColor({ name, traffic }: Spoken, asked: Color | undefined, spec: string): Color {
  const { color } = traffic;
  const idle = otherColor(color);
  if (asked !== color) return idle;
  const has =
    traffic.by === 'spec'
      ? `${color} is the active color of "${name}" in ${spec}`
      : `${color} has the traffic of "${name}" (${traffic.where})`;
  throw new RefusedError(
    `${has}: a commit must not change the color that has the traffic\n` +
      `set the version of ${idle}, then deploy it and move traffic with "kubectl bluegreen promote ${name}"`,
  );
}

/** What is to be done, in this order. */
export interface VersionPlan {
  readonly release: string;
  readonly version: string;
  /** The version of the color before, or its digest. */
  readonly previous: string;
  /** The color that has the traffic. */
  readonly active: Color;
  readonly activeBy: TrafficColor['by'];
  readonly change: SpecChange;
  /** The spec, then what is synthesized from it. */
  readonly files: readonly string[];
  /** Undefined when the commit is left to the user. */
  readonly commit: CommitPlan | undefined;
}

export interface CommitPlan {
  readonly message: string;
  /** A branch to make first; undefined commits on the one that is checked out. */
  readonly branch: string | undefined;
  readonly pullRequest: { readonly remote: string; readonly base: string | undefined } | undefined;
}

type Named = Pick<VersionPlan, 'release' | 'version' | 'change'>;

export const commitMessage = ({ release, version, change: { color, environment } }: Named): string =>
  `${release}${environment === undefined ? '' : ` in ${environment}`}: ${color} to ${version}`;

export const defaultBranch = ({ release, version, change: { color, environment } }: Named): string =>
  [release, ...(environment === undefined ? [] : [environment]), color, version].join('-');

/** What a reviewer of the pull request has to know. */
export function pullRequestBody(plan: VersionPlan): string {
  const { release, version, active, activeBy, change } = plan;
  const { color, environment } = change;
  const more = environment === undefined ? '' : ` --environment=${environment}`;
  return (
    `The ${color} color of ${release}${environment === undefined ? '' : ` in ${environment}`} gets version ${version}. ` +
    `Traffic is on ${active}, as the ${activeBy} says, and stays there: no Pod that has traffic is changed.\n\n` +
    `Once this is merged, \`kubectl bluegreen promote ${release} -f dist/ --version=${version}${more}\` ` +
    'deploys it, or waits for the GitOps tool that does, verifies it and moves traffic.'
  );
}

export const headline = ({ release, version, previous, active, change: { color } }: VersionPlan): string =>
  `set-version ${release}: ${color} from ${previous} to ${version}; traffic stays on ${active}`;

/** The plan for a person, a line each. */
export function planLines({ change, files: [spec, ...manifests], commit }: VersionPlan): string[] {
  const { branch, message, pullRequest } = commit ?? {};
  return [
    ...(branch === undefined ? [] : [`create branch ${branch}`]),
    `write ${describeChange(change)} to ${spec}`,
    ...manifests.map((file) => `write ${file}`),
    ...(message === undefined ? [] : [`commit these files: "${message}"`]),
    ...(pullRequest === undefined
      ? []
      : [
          `push branch ${branch} to ${pullRequest.remote}`,
          `open a pull request${pullRequest.base === undefined ? '' : ` into ${pullRequest.base}`} with gh`,
        ]),
  ];
}
