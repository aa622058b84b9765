import { couldNotRun, endText, forbiddenText, type PodExec } from '../../kube/pod-exec.js';
import type { Facts } from './facts.js';
import type { ServiceDetail } from './kinds.js';

const FETCH =
  'fetch(process.argv[1], {signal: AbortSignal.timeout(5000)}).catch((e) => {console.error(String(e.cause ?? e)); process.exit(1)})';

/** One of them is in most images; a status of an error is an answer as well. */
const PROGRAMS: readonly ((url: string) => readonly string[])[] = [
  (url) => ['wget', '-q', '-T', '5', '-O', '/dev/null', url],
  (url) => ['curl', '-sS', '-m', '5', '-o', '/dev/null', url],
  (url) => ['node', '-e', FETCH, url],
];
const ANSWERED = /server returned error|HTTP\/\d|ERROR \d{3}/;

/** Whether a Pod gets an answer from the active Service by its ClusterIP: the way through kube-proxy. */
export async function reach(
  exec: PodExec,
  pod: string,
  container: string,
  service: ServiceDetail,
  path: string,
): Promise<{ reachability?: Facts['reachability']; unread?: string }> {
  const { clusterIP, ports = [] } = service.spec;
  const [port] = ports;
  if (!clusterIP || clusterIP === 'None' || !port)
    return { unread: `service "${service.metadata.name}" has no ClusterIP` };
  const host = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
  const address = `${host}:${port.port}`;
  for (const program of PROGRAMS) {
    const end = await exec(pod, container, program(`http://${address}${path}`));
    if (end.exitCode === 0 || ANSWERED.test(end.stderr)) return { reachability: { pod, address } };
    const forbidden = forbiddenText(end);
    if (forbidden !== undefined) return { unread: forbidden };
    if (!couldNotRun(end)) return { reachability: { pod, address, why: endText(end) } };
  }
  return { unread: `the image of pod "${pod}" has no wget, curl or node that runs` };
}
