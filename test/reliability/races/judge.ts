import type { Finish } from './racer.js';
import type { Switch } from './switches.js';

/**
 * What is wrong with a round, from a watch of the Service and from what the racers said; nothing, if each promise held:
 *
 * - each change of the selector is of one racer, of no other, and says truly from where to where;
 * - who ended with 0 after a plan to switch, or with 5 (switched, but not proved), made one of the changes, and nobody else did;
 * - who ended with 5 says who moved traffic on; who ended with 4 names a racer that made a change or holds the Lease.
 *
 * @param onlyOne - of racers that all saw the same color: then there is exactly one change
 */
export function faultsOf(switches: readonly Switch[], finishes: readonly Finish[], onlyOne: boolean): string[] {
  const faults: string[] = [];
  if (onlyOne && switches.length !== 1) faults.push(`traffic was switched ${switches.length} times`);
  for (const { operationId, from, to, recorded } of switches) {
    if (recorded !== `${from}>${to}`) faults.push(`${operationId} recorded ${recorded} and did ${from}>${to}`);
    if (!finishes.some((finish) => finish.operationId === operationId)) faults.push(`nobody is ${operationId}`);
  }
  for (const finish of finishes) {
    const { operationId, exitCode, message, wasToSwitch, by } = finish;
    const made = switches.filter((change) => change.operationId === operationId).length;
    const said = wasToSwitch && (exitCode === 0 || exitCode === 5) ? 1 : 0;
    const who = `${by} (exit ${exitCode}: ${message})`;
    if (made !== said) faults.push(`${who} made ${made} switches`);
    if (![0, 4, 5].includes(exitCode)) faults.push(`${who} neither won nor lost`);
    const others = finishes.filter((other) => other !== finish);
    if (exitCode !== 0 && !others.some((other) => message.includes(other.by)))
      faults.push(`${who} does not say to whom`);
  }
  return faults;
}
