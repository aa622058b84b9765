import { DEPLOYMENT_TYPE } from '../../../charts/names.js';
import { UsageError } from '../../core/errors.js';
import type { Invocation } from '../../invocation/invocation.js';
import { operate } from '../../invocation/operate.js';
import { planRollback } from '../../plan/rollback.js';

/** Flags that are about colors. */
const COLOR_FLAGS = ['to', 'soak', 'switch', 'overlap', 'probe', 'force', 'write-back', 'spec'];
/** Flags that are about a Deployment without colors. */
const ROLLING_FLAGS = ['check-path'];

export async function run(invocation: Invocation): Promise<number> {
  if (!isRolling(invocation.env)) {
    refuse(invocation, ROLLING_FLAGS, 'without DEPLOYMENT_TYPE=rolling: a release has its own checks');
    return operate(invocation, { kind: 'rollback', plan: planRollback });
  }
  refuse(invocation, COLOR_FLAGS, 'with DEPLOYMENT_TYPE=rolling: there are no colors');
  const { run: undo } = await import('../undo/run.js');
  return undo(invocation);
}

/** The script of old knew both ways of deployment by this variable. */
function isRolling({ DEPLOYMENT_TYPE: type }: NodeJS.ProcessEnv): boolean {
  if (!type || type === DEPLOYMENT_TYPE) return false;
  if (type === 'rolling') return true;
  throw new UsageError(`invalid DEPLOYMENT_TYPE "${type}": want ${DEPLOYMENT_TYPE} or rolling`);
}

function refuse({ flags }: Invocation, names: readonly string[], why: string): void {
  const given = names.find((name) => flags[name] !== undefined && flags[name] !== false);
  if (given !== undefined) throw new UsageError(`--${given} makes no sense ${why}`);
}
