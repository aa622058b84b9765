import type { Invocation } from '../../invocation/invocation.js';
import { askLastColor } from '../../operations/last-color.js';
import { operate } from '../../operations/operate.js';
import { planDeploy } from '../../plan/deploy.js';

export const run = (invocation: Invocation): Promise<number> =>
  operate(invocation, {
    kind: 'deploy',
    plan: planDeploy,
    complete: (run, seen) => askLastColor(invocation, run, seen),
  });
