import type { KubernetesObject } from '../../core/kubernetes.js';
import type { State } from '../state.js';
import { applicationCovers, kustomizationCovers, RESPECT_OPTION, respectsRules } from './covers.js';
import { type MovedField, movedFields, movedObject, movedPath } from './fields.js';
import { saysItIsLeftAlone } from './own-rule.js';
import { labelledOwner, type Source, selectorOwner } from './ownership.js';

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

/** Rules that are not set although their tool applies the object; that of the sync is always needed. */
export function lackingRules(changed: Changed, rules: readonly Rule[]): Rule[] {
  const fields = movedFields(changed.release);
  return rules.filter(({ state }, index) => {
    const field = fields[index];
    if (state === 'set' || !field) return state !== 'set';
    const live = liveObject(changed, field);
    return live !== undefined && (selectorOwner(live, changed) ?? labelledOwner(live, changed)) !== undefined;
  });
}

/** Whether traffic stays where a promotion moves it. */
export function leavesTraffic(rules: readonly Rule[]): boolean {
  const [active] = rules;
  if (active?.state !== 'set') return false;
  return active.byAnnotation === true || !rules.some(({ path, state }) => path === SYNC_OPTIONS && state === 'missing');
}

/** The rules that are not there, in words. */
export const missingRules = (rules: readonly Rule[]): string[] =>
  rules.filter(({ state }) => state === 'missing').map(ruleText);

export const ruleText = ({ object, path }: Pick<Rule, 'object' | 'path'>): string =>
  `${object} ${path}${path === SYNC_OPTIONS ? ` (${RESPECT_OPTION})` : ''}`;
