import { printable } from '../../core/text.js';
import type { Evidence } from './evidence.js';

/** A run as NAME=VALUE lines, as $GITHUB_OUTPUT takes them: one line each, whatever a value holds. */
export function summaryOutputs(evidence: Evidence): string {
  const { release, namespace, operation, operationId, phase, active, exitCode, observedAt } = evidence;
  // Another version may run by now than the one that was seen before the run.
  const seen = observedAt === 'before' ? undefined : active;
  const values: Record<string, string> = {
    release,
    namespace,
    operation,
    'operation-id': operationId,
    phase,
    'active-color': active?.color ?? '',
    version: seen?.version ?? '',
    image: seen?.image ?? '',
    'exit-code': String(exitCode),
  };
  const line = ([name, value]: [string, string]) => `${name}=${printable(value).replace(/[\r\n\u2028\u2029]+/g, ' ')}`;
  return Object.entries(values).map(line).join('\n');
}
