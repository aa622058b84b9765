import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { clusterCommand } from '../cluster/exec.js';
import { existingContext } from '../cluster/existing.js';
import { until } from '../cluster/wait.js';
import type { LoadReport } from './load.js';

const SERVED_MS = 30_000;

/** A load that runs beside a test or the demo. */
export interface Load {
  /** What it counted so far. */
  report(): Promise<LoadReport>;
  /** Waits until a color answers on a new connection, later than a moment in milliseconds since 1970: kube-proxy has followed. */
  served(color: string, since: number): Promise<LoadReport>;
  /** Ends it in order: requests under way are waited for. */
  stop(): Promise<LoadReport>;
}

export interface LoadOptions {
  readonly clients?: number;
  readonly pauseMs?: number;
  /** Where it ends by itself; by default 500,000 requests and 600 s. */
  readonly maxRequests?: number;
  readonly maxSeconds?: number;
}

/** Starts the load of load.ts in the cluster's network, against a URL there. */
export function startLoad(url: string, options: LoadOptions = {}): Load {
  return start([url], options);
}

/** Starts the load against a Service: as its clients in the cluster reach it, wherever the cluster is. */
export async function startServiceLoad(namespace: string, service: string, options: LoadOptions = {}): Promise<Load> {
  if (existingContext() !== undefined) {
    // A cluster's addresses are rarely reachable from outside; its API server chooses one of the Service's Pods itself.
    return start([`/api/v1/namespaces/${namespace}/services/${service}:80/proxy/`, '--kubectl-proxy'], options);
  }
  const address = ['get', 'service', service, '--namespace', namespace, '--output', 'jsonpath={.spec.clusterIP}'];
  const { file, args, env } = clusterCommand(['kubectl', ...address]);
  const { stdout } = await execa(file, args, { env, extendEnv: false });
  return startLoad(`http://${stdout}/`, options);
}

function start(
  target: readonly string[],
  { clients = 8, pauseMs = 5, maxRequests = 500_000, maxSeconds = 600 }: LoadOptions,
): Load {
  const program = fileURLToPath(new URL('load.ts', import.meta.url));
  const bounds = [`--max-requests=${maxRequests}`, `--max-seconds=${maxSeconds}`];
  const flags = [`--clients=${clients}`, `--pause=${pauseMs}`, ...bounds];
  // This Node, and not another one that PATH may have.
  const { file, args, env } = clusterCommand([process.execPath, '--import', 'tsx', program, ...target, ...flags]);
  // The end of its stdin ends the load, also when whoever started it was killed.
  const child = execa(file, args, { env, extendEnv: false, stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
  child.catch(() => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<LoadReport> => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value) as LoadReport;
    await child;
    throw new Error('the load has ended');
  };
  const report = () => {
    child.stdin.write('\n');
    return next();
  };
  return {
    report,
    served: (color, since) =>
      until(
        async () => {
          const seen = await report();
          return (seen.last.newConnections[color] ?? 0) > since ? seen : undefined;
        },
        { what: `an answer of ${color} on a new connection`, timeoutMs: SERVED_MS },
      ),
    async stop() {
      child.stdin.end();
      const last = await next();
      await child;
      return last;
    },
  };
}
