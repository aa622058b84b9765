import type { Invocation } from '../../invocation/invocation.js';
import { operate } from '../../invocation/operate.js';
import { askLastColor } from '../../operations/last-color.js';
import { planDeploy } from '../../plan/deploy.js';

export const run = (invocation: Invocation): Promise<number> =>
  operate(invocation, {
    kind: 'deploy',
    plan: planDeploy,
    complete: (run, seen) => askLastColor(Boolean((invocation.stdin as { isTTY?: boolean }).isTTY), run, seen),
  });
