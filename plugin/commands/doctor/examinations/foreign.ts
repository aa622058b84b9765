import { COLORS } from '../../../../charts/names.js';
import type { KubernetesObject } from '../../../core/kubernetes.js';
import { objectName } from '../../../plan/steps.js';
import { affects, type Examination, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import { describeObject, foreignText } from '../remedies.js';

/** Whether what has the names of the release is the release's: no other finding and no command is about what is not. */
export const foreign: Examination = {
  id: 'owners',
  what: "what has the names of the release's objects is of the release",
  needs: ['services', 'deployments'],
  examine: (facts) => foreignObjects(facts).map((one) => told(facts, one)),
};

interface Foreign {
  readonly object: KubernetesObject;
  readonly what: string;
}

/** Objects of another owner that have names of the release, and by what it shows. */
export function foreignObjects(facts: Facts): Foreign[] {
  const { active, preview, colorServices, deployments } = facts.state;
  const own = [active, preview, ...COLORS.flatMap((color) => [colorServices[color], deployments[color]])];
  const seen = new Map(
    [...own.filter((object) => object !== undefined), ...facts.live.values()].map((o) => [objectName(o), o]),
  );
  return [...seen.values()].flatMap((object) => {
    const what = foreignText(facts, object);
    return what === undefined ? [] : [{ object, what }];
  });
}

function told(facts: Facts, { object, what }: Foreign): Finding {
  const { active, colorServices, deployments } = facts.state;
  const color = COLORS.find((one) => object === deployments[one] || object === colorServices[one]);
  return {
    id: 'foreign-object',
    severity: 'problem',
    affects: object === active ? 'traffic' : color ? affects(facts, color) : 'promotion',
    object: objectName(object),
    what,
    why: 'deploy, promote and rollback refuse while it is there; whose it is, and what becomes of it, is for its owner to say',
    fix: describeObject(facts, object),
  };
}
