import type { HttpCheck } from '../../charts/policy.js';
import { UnreachableError } from '../core/errors.js';
import { TimeoutError } from '../kube/http.js';
import { resourcePath } from '../kube/resources.js';
import { evaluateCheck } from '../plan/checks/check.js';
import { type ProxyAnswer, proxyAnswer } from '../plan/proxy-answer.js';
import { proxyHeaders, type ServiceAnswer, type ServiceQuestion } from '../plan/service-questions.js';
import type { Run } from '../run/context.js';

/** The API server waits far longer where a firewall drops what it sends to Pods. */
export const PROXY_TIMEOUT_MS = 2000;
const AGAIN_MS = 200;

/** Asks a Pod at its own address, through the API server: whatever it answers. */
export function askPodAddress(run: Run, pod: string, port: number, check: HttpCheck): Promise<ProxyAnswer> {
  return askProxy(run, `${resourcePath('Pod', run.namespace, pod)}:${port}`, check);
}

/** Asks a Service through the API server, once, and judges the answer by its check. */
export async function askService(run: Run, { service, port, check }: ServiceQuestion): Promise<ServiceAnswer> {
  const started = run.clock.now();
  const place = `${resourcePath('Service', run.namespace, service)}:${port.name ?? port.port}`;
  const found = await askProxy(run, place, check);
  if (found.kind !== 'answer') return found;
  const why = evaluateCheck(check, found.answer);
  return why === undefined ? { kind: 'passed', ms: run.clock.now() - started } : { kind: 'failed', why };
}

/**
 * Asks a Service until it passes: the API server may know of a change some milliseconds late.
 *
 * @param repeats - the answers after which it is asked again
 * @returns the last answer, and how many there were
 */
export async function askServiceUntil(
  run: Run,
  question: ServiceQuestion,
  timeoutMs: number,
  repeats: readonly ServiceAnswer['kind'][],
): Promise<{ readonly last: ServiceAnswer; readonly asked: number }> {
  const deadline = run.clock.now() + timeoutMs;
  for (let asked = 1; ; asked++) {
    const last = await askService(run, question);
    if (!repeats.includes(last.kind) || run.clock.now() >= deadline) return { last, asked };
    await run.clock.sleep(AGAIN_MS, run.signal);
  }
}

async function askProxy(run: Run, place: string, check: HttpCheck): Promise<ProxyAnswer> {
  try {
    return proxyAnswer(await run.api.ask(`${place}/proxy${check.path}`, proxyHeaders(check), PROXY_TIMEOUT_MS));
  } catch (error) {
    if (!(error instanceof UnreachableError)) throw error;
    // No answer in time, in most cases: a firewall between the API server and the Pods.
    return { kind: error.cause instanceof TimeoutError ? 'closed' : 'away', why: error.message };
  }
}
