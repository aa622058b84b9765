import { type AuditEvent, auditedSince, auditMark } from '../cluster/audit.js';
import { until } from '../e2e/support/until.js';
import { run } from './process.js';

/** Requests of one kind that a step of a run made. */
export interface Asked {
  readonly step: string;
  /** Such as `get deployments/shop-COLOR`. */
  readonly request: string;
  readonly count: number;
}

/** What a run asks, counted from the API server's audit log: in the order of its steps. */
export async function askedBy(verb: string, args: readonly string[], signal?: AbortSignal): Promise<Asked[]> {
  const mark = auditMark();
  await run({ argv: ['kubectl-bluegreen', verb, ...args] }, signal);
  const own = () => auditedSince(mark).filter(({ userAgent }) => stepOf(userAgent, verb) !== undefined);
  // The last thing that a run does is to give its Lease back.
  await until(async () => own().some(isEnd));
  const counts = new Map<string, Asked>();
  for (const event of own()) {
    const [step, request] = [stepOf(event.userAgent, verb) as string, requestOf(event)];
    const key = `${step} ${request}`;
    counts.set(key, { step, request, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}

const isEnd = ({ verb, requestURI }: AuditEvent) => verb === 'delete' && requestURI.includes('/leases/');

/** From a User-Agent such as `kubectl-bluegreen/0.1.0 (linux/x64) promote/switch`. */
function stepOf(userAgent: string | undefined, verb: string): string | undefined {
  const [, asker, step = ''] = /^kubectl-bluegreen\/\S+ \(\S+\) (\w+)(?:\/(\S+))?$/.exec(userAgent ?? '') ?? [];
  return asker === verb ? step : undefined;
}

function requestOf({ verb, requestURI }: AuditEvent): string {
  const path = new URL(requestURI, 'http://localhost').pathname;
  const what = path.replace(/^.*\/namespaces\/[^/]+\//, '').replace(/^pods\/[^/]+/, 'pods/*');
  return `${verb} ${what.replace(/-(blue|green)$/, '-COLOR')}`;
}
