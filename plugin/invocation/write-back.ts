import { UsageError } from '../core/errors.js';
import type { Checkout } from '../manifests/write-back/checkout.js';
import type { Target } from '../plan/image.js';
import { readWaiting } from './arguments.js';
import { openCheckoutOf } from './checkout.js';
import { booleanFlag, type Invocation } from './invocation.js';

/**
 * Opens the files that --write-back is to change, before anything else is asked or done.
 *
 * @returns undefined without the flag
 * @throws UsageError when they cannot take what is promoted
 */
export async function openWriteBack(
  invocation: Invocation,
  release: string,
  target: Target,
): Promise<Checkout | undefined> {
  if (!booleanFlag(invocation, 'write-back')) {
    const needing = ['spec', 'wait', 'wait-timeout'].find((name) => isGiven(invocation, name));
    if (needing !== undefined) throw new UsageError(`--${needing} needs --write-back`);
    return undefined;
  }
  readWaiting(invocation);
  const checkout = await openCheckoutOf(invocation, release);
  if (target.image !== undefined) checkout.requireRepository(target.image);
  return checkout;
}

const isGiven = ({ flags }: Invocation, name: string) => flags[name] !== undefined && flags[name] !== false;
