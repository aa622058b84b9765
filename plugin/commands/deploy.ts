import type { Invocation } from '../invocation.js';
import { planDeploy } from '../plan/deploy.js';
import { askLastColor } from './last-color.js';
import { operate } from './operate.js';

export const run = (invocation: Invocation): Promise<number> =>
  operate(invocation, {
    kind: 'deploy',
    plan: planDeploy,
    complete: (run, seen) => askLastColor(invocation, run, seen),
  });
