import type { Invocation } from '../invocation.js';
import { planRollback } from '../plan/rollback.js';
import { operate } from './operate.js';

export const run = (invocation: Invocation): Promise<number> =>
  operate(invocation, { kind: 'rollback', plan: planRollback });
