import { type Color, otherColor, POLICY_ANNOTATION } from '../../../charts/names.js';
import type { ChangeKind } from './change.js';
import type { FieldChange } from './fields.js';
import { highlights } from './highlights.js';
import type { Role } from './names.js';

const join = (fields: readonly FieldChange[], meaning: string) =>
  [highlights(fields), meaning].filter(Boolean).join('; ');

/** What it takes to bring the cluster to a manifest, in a line: `live` is the color with the traffic, if the release is installed. */
export function meaningForCluster(
  role: Role,
  live: Color | undefined,
  change: ChangeKind,
  fields: readonly FieldChange[],
): string {
  if (live === undefined) return join(fields, 'the release is not installed: deploy installs it');
  return join(fields, clusterMeaning(role, live, change, fields));
}

function clusterMeaning(role: Role, live: Color, change: ChangeKind, fields: readonly FieldChange[]): string {
  switch (role) {
    case 'blue':
    case 'green':
      if (change === 'removed')
        return role === live
          ? `not deleted by deploy: ${role} carries traffic`
          : 'not in the manifests: deploy -f deletes it';
      return role === live
        ? `not applied by deploy: ${role} carries traffic`
        : `deploy -f applies it to ${role}, which carries no traffic`;
    case 'shared':
      if (change === 'removed') return 'not in the manifests: deploy -f deletes it with --apply-shared alone';
      return change === 'added'
        ? 'deploy -f creates it'
        : 'used by both colors: deploy -f applies it with --apply-shared alone';
    case 'active':
      if (change === 'added') return 'deploy -f creates it';
      return touchesPolicyAlone(fields)
        ? "deploy -f and promote -f go by the manifest's policy, and write it when they have succeeded"
        : 'promote -f applies it in the request that moves traffic, deploy -f with --apply-shared';
    case 'preview':
      return change === 'added' ? 'deploy -f creates it' : 'deploy -f applies it';
    default:
      return role satisfies never;
  }
}

/** What a commit means for reviewers, in a line: `active` is the color that the manifests give the traffic. */
export function meaningForRevision(
  role: Role | undefined,
  active: Color | undefined,
  change: ChangeKind,
  fields: readonly FieldChange[],
): string {
  return join(fields, revisionMeaning(role, active, change, fields));
}

function revisionMeaning(
  role: Role | undefined,
  active: Color | undefined,
  change: ChangeKind,
  fields: readonly FieldChange[],
): string {
  if (role === undefined) return 'of no release: deploy leaves it out';
  if (change === 'removed')
    return role === 'shared'
      ? 'used by both colors: deploy deletes it with --apply-shared alone'
      : `deploy to ${role} deletes it from the cluster`;
  switch (role) {
    case 'blue':
    case 'green':
      return role === active
        ? `by these manifests ${role} has the traffic: while it has, deploy leaves it as it is`
        : `${role} carries no traffic until it is promoted`;
    case 'shared':
      return change === 'added'
        ? 'deploy creates it'
        : 'used by both colors: deploy applies it with --apply-shared alone';
    case 'active':
      if (change === 'added') return 'deploy creates it; a switch alone moves its selector';
      if (active && fields.some(isSelector))
        return `traffic moves from ${otherColor(active)} to ${active} where a GitOps tool applies this, else by promote or rollback alone`;
      return touchesPolicyAlone(fields)
        ? 'promote -f goes by it, and writes it'
        : 'promote -f applies it in the request that moves traffic';
    case 'preview':
      if (change === 'added') return 'deploy creates it';
      return fields.some(isSelector) ? 'leads to the idle color' : 'deploy applies it';
    default:
      return role satisfies never;
  }
}

export const isSelector = ({ path }: FieldChange): boolean => path.startsWith('spec.selector');

const touchesPolicyAlone = (fields: readonly FieldChange[]) =>
  fields.length > 0 && fields.every(({ path }) => path.includes(POLICY_ANNOTATION));
