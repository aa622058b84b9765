import type { Invocation } from '../../invocation/invocation.js';
import { operate } from '../../invocation/operate.js';
import { planPromote } from '../../plan/promote.js';

export const run = (invocation: Invocation): Promise<number> =>
  operate(invocation, { kind: 'promote', plan: planPromote });
