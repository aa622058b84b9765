import { selectorOwner } from '../gitops/ownership.js';
import type { State } from '../state.js';
import { objectName } from '../steps.js';

/** Commands of kubectl that change an object. */
const CHANGES = /^kubectl (?:patch|edit|set|label|annotate|apply|replace|scale|rollout|delete)\b/;
/** What the rules of a tool leave as it is. */
const LEFT_ALONE = /"selector"|^kubectl scale\b|"replicas"/;

/**
 * What a tool that applies an object from elsewhere makes of a command that changes it; undefined where it leaves that as
 * it is, or none applies the object.
 *
 * @param hasRules - whether the tool leaves alone what a promotion changes
 */
export function undoneBy(
  state: State,
  { object, fix }: { readonly object: string; readonly fix: string },
  hasRules: boolean,
): string | undefined {
  if (!CHANGES.test(fix) || (hasRules && LEFT_ALONE.test(fix))) return undefined;
  const { active, preview, colorServices, deployments } = state;
  const all = [active, preview, ...Object.values(colorServices), ...Object.values(deployments)];
  const live = all.find((one) => one !== undefined && objectName(one) === object);
  const owner = live && selectorOwner(live, state);
  return owner && `until ${owner.tool}, which applies ${object}, puts it back: change the spec, and commit that`;
}
