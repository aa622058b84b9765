import { COLORS } from '../../../charts/names.js';
import type { KubernetesObject } from '../../kubernetes.js';
import { foreignObject } from '../../plan/foreign.js';
import { objectName } from '../../plan/steps.js';
import { affects, type Examination, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { describeObject } from '../remedies.js';

/** Whether what has the names of the release is the release's: no other finding and no command is about what is not. */
export const foreign: Examination = {
  id: 'owners',
  what: "what has the names of the release's objects is of the release",
  needs: ['services', 'deployments'],
  examine: (facts) => foreignObjects(facts).flatMap((object) => told(facts, object)),
};

/** Objects of another owner that have names of the release. */
export function foreignObjects({ state, live, release }: Facts): KubernetesObject[] {
  const { active, preview, colorServices, deployments } = state;
  const own = [active, preview, ...COLORS.flatMap((color) => [colorServices[color], deployments[color]])];
  const seen = new Map(
    [...own.filter((object) => object !== undefined), ...live.values()].map((o) => [objectName(o), o]),
  );
  const users = Object.values(deployments);
  return [...seen.values()].filter((object) => foreignObject(object, release, users) !== undefined);
}

function told(facts: Facts, object: KubernetesObject): Finding[] {
  const { active, deployments } = facts.state;
  const what = foreignObject(object, facts.release, Object.values(deployments));
  if (what === undefined) return [];
  const color = COLORS.find((one) => object === deployments[one] || object === facts.state.colorServices[one]);
  return [
    {
      id: 'foreign-object',
      severity: 'problem',
      affects: object === active ? 'traffic' : color ? affects(facts, color) : 'promotion',
      object: objectName(object),
      what,
      why: 'deploy, promote and rollback refuse while it is there; whose it is, and what becomes of it, is for its owner to say',
      fix: describeObject(facts, object),
    },
  ];
}
