import type { Invocation } from '../invocation.js';
import { planPromote } from '../plan/promote.js';
import { operate } from './operate.js';

export const run = (invocation: Invocation): Promise<number> =>
  operate(invocation, { kind: 'promote', plan: planPromote });
