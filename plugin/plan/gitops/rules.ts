import type { KubernetesObject } from '../../kubernetes.js';
import type { State } from '../state.js';
import { applicationCovers, kustomizationCovers, RESPECT_OPTION, respectsRules } from './covers.js';
import { type MovedField, movedFields, movedObject, movedPath } from './fields.js';
import { saysItIsLeftAlone } from './own-rule.js';
import type { Source } from './ownership.js';

/** Whether a tool leaves one field of one object as it is, as far as could be read. */
export interface Rule {
  readonly object: string;
  readonly path: string;
  readonly state: 'set' | 'missing' | 'unknown';
  /** The object says so itself, whatever the rules of the tool are. */
  readonly byAnnotation?: true;
}

/** The objects of a release that a promotion changes. */
export type Changed = Pick<State, 'release' | 'namespace' | 'active' | 'preview' | 'deployments'>;

const SYNC_OPTIONS = '/spec/syncPolicy/syncOptions';

/**
 * A rule for each field that a promotion changes, that of the active Service first; of an Application also its sync option.
 *
 * @param read - the Application or Kustomization; undefined where there is none that could be read
 */
export function rulesOf(changed: Changed, source: Source | undefined, read: KubernetesObject | undefined): Rule[] {
  const { release, namespace } = changed;
  const covers = source?.kind === 'Application' ? applicationCovers : kustomizationCovers;
  const rules = movedFields(release).map((field): Rule => {
    const rule = { object: movedObject(field), path: movedPath(field) };
    if (saysItIsLeftAlone(liveObject(changed, field), field.field))
      return { ...rule, state: 'set', byAnnotation: true };
    return { ...rule, state: read ? stateOf(covers(read, field, namespace)) : 'unknown' };
  });
  if (!read || source?.kind !== 'Application' || rules.every(({ byAnnotation }) => byAnnotation)) return rules;
  return [...rules, { object: `application/${source.name}`, path: SYNC_OPTIONS, state: stateOf(respectsRules(read)) }];
}

const stateOf = (isSet: boolean) => (isSet ? 'set' : 'missing');

function liveObject({ active, preview, deployments }: Changed, { kind, name, color }: MovedField) {
  if (kind === 'Deployment') return deployments[color];
  return [active, preview].find((service) => service?.metadata.name === name);
}

/** Whether traffic stays where a promotion moves it. */
export function leavesTraffic(rules: readonly Rule[]): boolean {
  const [active] = rules;
  if (active?.state !== 'set') return false;
  return active.byAnnotation === true || !rules.some(({ path, state }) => path === SYNC_OPTIONS && state === 'missing');
}

/** The rules that are not there, in words. */
export function missingRules(rules: readonly Rule[]): string[] {
  return rules
    .filter(({ state }) => state === 'missing')
    .map(({ object, path }) => `${object} ${path}${path === SYNC_OPTIONS ? ` (${RESPECT_OPTION})` : ''}`);
}

/** What a promotion says when a tool leaves traffic alone and not all else that it changes. */
export function missingRulesText(tool: string, release: string, rules: readonly Rule[]): string | undefined {
  const missing = missingRules(rules);
  if (missing.length === 0) return undefined;
  return `${tool} may put back what a promotion changes besides traffic: ${missing.join(', ')}; "kubectl bluegreen gitops ${release}" prints the rules`;
}
