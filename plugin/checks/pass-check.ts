import type { HttpCheck, PodCheck, TcpCheck } from '../../charts/policy.js';
import type { Pod } from '../core/kubernetes.js';
import { TunnelAgent } from '../kube/tunnel-agent.js';
import { evaluateCheck, evaluateLatency } from '../plan/checks/check.js';
import { checkKind, isHttp } from '../plan/checks/kinds.js';
import { judgeMetrics, type MetricEvidence } from '../plan/checks/metrics.js';
import type { Run } from '../run/context.js';
import { type Attempt, tryOften } from './attempts.js';
import { tryTcp } from './tcp.js';

/** What one Pod answered to one check. */
export interface CheckEvidence {
  readonly name: string;
  /** HTTP status; a TCP check has none. */
  readonly status?: number;
  /** Milliseconds to the last byte of the answer, without the time to open a tunnel. */
  readonly ms: number;
  readonly attempts: number;
  readonly metrics?: readonly MetricEvidence[];
}

/** One Pod, and the connections to it that its checks share. */
export interface Target {
  readonly pod: Pod;
  /** The port of checks that name none. */
  readonly port: number;
  readonly agents: Map<number, TunnelAgent>;
}

const loadProbe = () => import('./probe.js');

/** Begins to load what asks Pods, so that it is there when kubectl is. */
export function prepareChecks(): void {
  loadProbe().catch(() => undefined);
}

type Found = Omit<CheckEvidence, 'attempts'>;

/** @throws RefusedError when the Pod failed the check as often as it may */
export function passCheck(run: Run, target: Target, check: PodCheck, signal: AbortSignal): Promise<CheckEvidence> {
  const place = `pod "${target.pod.metadata.name}": check "${check.name}" (${checkKind(check, target.port)})`;
  const attempt = () => (isHttp(check) ? ask(run, target, check, signal) : connect(run, target, check, signal));
  return tryOften(run, place, check, signal, attempt);
}

async function ask(run: Run, target: Target, check: HttpCheck, signal: AbortSignal): Promise<Attempt<Found>> {
  const { pod, port, agents } = target;
  const to = check.port ?? port;
  const agent = agents.get(to) ?? new TunnelAgent(() => run.tunnels.open(pod.metadata.name, to));
  agents.set(to, agent);
  const { probe } = await loadProbe();
  const result = await probe(agent, check, port, signal);
  if (result.kind === 'failed') return result;
  const { answer, ms } = result;
  const why = evaluateCheck(check, answer) ?? evaluateLatency(check, ms);
  if (why !== undefined) return { why };
  const found = { name: check.name, status: answer.status, ms };
  if (!check.metrics) return { found };
  const judged = judgeMetrics(check.metrics, answer.body);
  return judged.why === undefined ? { found: { ...found, metrics: judged.metrics } } : { why: judged.why };
}

async function connect(run: Run, target: Target, check: TcpCheck, signal: AbortSignal): Promise<Attempt<Found>> {
  const { pod, port } = target;
  const started = run.clock.now();
  const open = () => run.tunnels.open(pod.metadata.name, check.tcp.port ?? port);
  const why = await tryTcp(open, check.timeoutSeconds * 1000, signal);
  return why === undefined ? { found: { name: check.name, ms: run.clock.now() - started } } : { why };
}
