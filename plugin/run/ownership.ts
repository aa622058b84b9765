import type { KubernetesObject } from '../core/kubernetes.js';
import type { Api } from '../kube/api.js';
import { applies } from '../plan/gitops/application.js';
import { movedObject } from '../plan/gitops/fields.js';
import { labelledOwner, type Owner, type Source, selectorOwner } from '../plan/gitops/ownership.js';
import { type Changed, leavesTraffic, type Rule, rulesOf } from '../plan/gitops/rules.js';
import { readSource, type SourceRead } from './gitops-source.js';

/** A tool that applies a release from elsewhere, and what it leaves alone. */
export interface Ownership {
  readonly owner: Owner;
  readonly rules: readonly Rule[];
  /** Where its rules were looked for; undefined where nothing says where they are. */
  readonly source?: SourceRead;
}

export interface OwnershipOptions {
  /** Where Argo CD's Applications are, when it is not called argocd. */
  readonly argoNamespace?: string | undefined;
  /** Looks at all four objects for the marks of a tool, and not at the active Service alone. */
  readonly everywhere?: boolean;
}

/**
 * The tool that would put the active Service's selector back. One whose own rules say that it leaves the selector alone is
 * none; rules that may not be read count as absent.
 */
export async function findOwner(api: Api, changed: Changed): Promise<Owner | undefined> {
  const ownership = await readOwnership(api, changed);
  return ownership && !leavesTraffic(ownership.rules) ? ownership.owner : undefined;
}

/** The tool that applies the active Service from elsewhere, whatever its rules. */
export async function readOwnership(
  api: Api,
  changed: Changed,
  { argoNamespace, everywhere = false }: OwnershipOptions = {},
): Promise<Ownership | undefined> {
  const { active, preview, deployments } = changed;
  const objects = [active, ...(everywhere ? [preview, deployments.blue, deployments.green] : [])];
  const present = objects.filter((object) => object !== undefined);
  const found = present.flatMap((object) => selectorOwnerOf(object, changed))[0];
  // Helm and Flux set the label as well: where one of them shows by marks of its own, it asks for no Application.
  if (active && !found) {
    const labelled = await readLabelled(api, active, changed, argoNamespace);
    if (labelled) return labelled;
  }
  if (!found) return undefined;
  const { owner, object } = found;
  if (!owner.source) return { owner, rules: rulesOf(changed, undefined, undefined) };
  const source = await readSource(api, owner.source, object, argoNamespace);
  const rules = rulesOf(changed, owner.source, source.object);
  if (source.object) return { owner, rules, source };
  const evidence = `${owner.evidence}; ${placesText(owner.source, source)}`;
  return { owner: { ...owner, evidence }, rules, source };
}

function selectorOwnerOf(object: KubernetesObject, changed: Changed): { owner: Owner; object: KubernetesObject }[] {
  const owner = selectorOwner(object, changed);
  if (!owner) return [];
  if (object === changed.active) return [{ owner, object }];
  const { kind, metadata } = object;
  const named = movedObject({ kind: kind === 'Deployment' ? kind : 'Service', name: metadata.name });
  return [{ owner: { ...owner, evidence: `of ${named}, ${owner.evidence}` }, object }];
}

async function readLabelled(
  api: Api,
  active: KubernetesObject,
  changed: Changed,
  argoNamespace: string | undefined,
): Promise<Ownership | undefined> {
  const owner = labelledOwner(active, changed);
  if (!owner) return undefined;
  const source = await readSource(api, owner.source, active, argoNamespace);
  // A label may be anybody's: only an Application that says so is taken for what applies the Service.
  if (!source.object || applies(source.object, active) !== true) return undefined;
  const { namespace, name } = source.object.metadata;
  const evidence = `${owner.evidence}, and there is Application ${namespace}/${name}`;
  return { owner: { ...owner, evidence }, rules: rulesOf(changed, owner.source, source.object), source };
}

/** Where the rules of a tool were looked for in vain, and why. */
const placesText = ({ kind, name }: Source, { lookedIn, unread }: SourceRead) =>
  `${kind} ${name} was looked for in ${lookedIn.join(' and ')}: ${unread}`;
