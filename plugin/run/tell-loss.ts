import type { Run } from './context.js';

/**
 * Says that what is followed is lost for now, once for all of it: an API server that is restarted ends every watch at once.
 *
 * @param what - what goes on, such as "wait"
 */
export function tellLoss({ reporter }: Run, what: string): (error: Error | undefined) => void {
  let isLost = false;
  return (error) => {
    if (error && !isLost) reporter.warn(`${error.message}: the ${what} goes on when the server is back`);
    isLost = error !== undefined;
  };
}
