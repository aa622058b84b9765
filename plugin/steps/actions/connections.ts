import pMap from 'p-map';
import type { Color } from '../../../charts/names.js';
import type { Pod } from '../../core/kubernetes.js';
import { counted } from '../../core/text.js';
import { couldNotRun, endText, forbiddenText } from '../../kube/pod-exec.js';
import { establishedConnections } from '../../plan/connections.js';
import type { Run } from '../../run/context.js';
import { listPods } from '../../run/list-pods.js';

const PODS_AT_ONCE = 5;
const READ = ['cat', '/proc/net/tcp', '/proc/net/tcp6'];

export interface PodConnections {
  readonly pod: string;
  /** Undefined where they could not be counted. */
  readonly connections?: number;
  readonly why?: string;
}

/** Counts the connections that each Pod of a color has. What cannot be counted is said, and is no failure. */
export async function countConnections(run: Run, color: Color): Promise<{ pods: PodConnections[] }> {
  const pods = await pMap(await listPods(run, color), (pod) => ofPod(run, pod), { concurrency: PODS_AT_ONCE });
  const known = pods.filter(({ connections }) => connections !== undefined);
  const sum = known.reduce((all, { connections = 0 }) => all + connections, 0);
  if (known.length > 0)
    run.reporter.info(`${counted(sum, 'connection')} to ${counted(known.length, 'Pod')} of ${color}`);
  for (const { pod, why } of pods)
    if (why !== undefined) run.reporter.info(`how many connections pod "${pod}" has is not known: ${why}`);
  return { pods };
}

async function ofPod(run: Run, { metadata: { name: pod }, spec }: Pod): Promise<PodConnections> {
  const ports = new Set(spec.containers.flatMap((one) => (one.ports ?? []).map(({ containerPort }) => containerPort)));
  const container = spec.containers.find((one) => (one.ports ?? []).length > 0)?.name;
  if (container === undefined) return { pod, why: 'no container of it has a port' };
  const end = await run.execInPod(pod, container, READ);
  // Without IPv6 there is no second file, and cat ends with 1.
  if (end.stdout.includes('local_address')) return { pod, connections: establishedConnections(end.stdout, ports) };
  return { pod, why: forbiddenText(end) ?? (couldNotRun(end) ? 'its image has no cat that runs' : endText(end)) };
}
