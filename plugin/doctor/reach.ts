import type { Kubectl } from '../edges/kubectl.js';
import type { Facts } from './facts.js';
import type { ServiceDetail } from './kinds.js';

/** Runs a program in a container of a Pod. */
export type Exec = (
  pod: string,
  container: string,
  argv: readonly string[],
) => Promise<{ exitCode: number; stderr: string }>;

const FETCH =
  'fetch(process.argv[1], {signal: AbortSignal.timeout(5000)}).catch((e) => {console.error(String(e.cause ?? e)); process.exit(1)})';

/** One of them is in most images; a status of an error is an answer as well. */
const PROGRAMS: readonly ((url: string) => readonly string[])[] = [
  (url) => ['wget', '-q', '-T', '5', '-O', '/dev/null', url],
  (url) => ['curl', '-sS', '-m', '5', '-o', '/dev/null', url],
  (url) => ['node', '-e', FETCH, url],
];
const ANSWERED = /server returned error|HTTP\/\d|ERROR \d{3}/;
const NO_SUCH_PROGRAM = /executable file not found|no such file or directory|not found in \$PATH/i;

/** Whether a Pod gets an answer from the active Service by its ClusterIP: the way through kube-proxy. */
export async function reach(
  exec: Exec,
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
    const { exitCode, stderr } = await exec(pod, container, program(`http://${address}${path}`));
    if (exitCode === 0 || ANSWERED.test(stderr)) return { reachability: { pod, address } };
    if (/\(Forbidden\)/.test(stderr)) return { unread: `forbidden: ${stderr.trim()}` };
    // From 126 on it was not the program that ended: it could not be run, or was killed.
    if (exitCode < 126 && !NO_SUCH_PROGRAM.test(stderr))
      return { reachability: { pod, address, why: lastWords(stderr) ?? `exit code ${exitCode}` } };
  }
  return { unread: `the image of pod "${pod}" has no wget, curl or node that runs` };
}

/** The program's, not kubectl's about how it ended. */
const lastWords = (stderr: string) =>
  stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('command terminated'))
    .at(-1);

const EXEC_TIMEOUT_MS = 15_000;

/** Through `kubectl exec`. */
export function execWith(kubectl: Kubectl, namespace: string): Exec {
  return async (pod, container, argv) => {
    const { execa } = await import('execa');
    const words = [
      'exec',
      pod,
      `--container=${container}`,
      `--namespace=${namespace}`,
      ...kubectl.flags,
      '--',
      ...argv,
    ];
    const { exitCode, stderr } = await execa(kubectl.path, words, {
      reject: false,
      stdin: 'ignore',
      timeout: EXEC_TIMEOUT_MS,
    });
    return { exitCode: exitCode ?? -1, stderr };
  };
}
