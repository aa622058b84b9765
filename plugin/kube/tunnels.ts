import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { forwardedStream } from './forwarded-stream.js';
import type { Kubectl } from './kubectl.js';
import { isRefusal, PortClosedError, TunnelError } from './tunnel-error.js';

/** Byte streams to ports of Pods. */
export interface Tunnels {
  open(pod: string, port: number): Promise<Duplex>;
  close(): void;
}

/** Answers of the API server that are about the Pod or the user, not about WebSockets. */
const FINAL_STATUSES = new Set([401, 403, 404]);

/** kubectl proxy's own words for an API server that is not there: it may be back for the next tunnel. */
const UNREACHED = /\bdial tcp\b/;

function refusesUpgrade({ refusal, message }: TunnelError): boolean {
  if (refusal === undefined) return false;
  return refusal.byApiServer ? !FINAL_STATUSES.has(refusal.status) : !UNREACHED.test(message);
}

/**
 * Tunnels over the API proxy; where that refuses WebSockets, through `kubectl port-forward`, one process for each Pod port.
 *
 * @param agent - the User-Agent of a request, at the time when it is sent
 */
export function connectTunnels(kubectl: Kubectl, root: string, namespace: string, agent?: () => string): Tunnels {
  const forwards = new Map<string, Promise<Forward>>();
  let refusesWebSockets = false;

  async function forwarded(pod: string, port: number): Promise<Duplex> {
    const key = `${pod}:${port}`;
    const forward = forwards.get(key) ?? startForward(kubectl, namespace, pod, port, () => forwards.delete(key));
    forwards.set(key, forward);
    const { localPort, refusals } = await forward;
    const before = refusals();
    const farEnd = () => (refusals() > before ? new PortClosedError(pod, port) : undefined);
    return forwardedStream(connect({ host: '127.0.0.1', port: localPort }), farEnd);
  }

  return {
    async open(pod, port) {
      if (refusesWebSockets) return forwarded(pod, port);
      try {
        // Many commands open none, and what speaks WebSockets takes its time to load.
        const { openTunnel } = await import('./portforward.js');
        return await openTunnel(root, namespace, pod, port, agent?.());
      } catch (error) {
        if (!(error instanceof TunnelError) || !refusesUpgrade(error)) throw error;
        refusesWebSockets = true;
        return forwarded(pod, port);
      }
    },
    close() {
      for (const forward of forwards.values()) forward.then(({ child }) => child.kill()).catch(() => undefined);
    },
  };
}

interface Forward {
  readonly child: ChildProcess;
  readonly localPort: number;
  /** How often kubectl has said so far that the port is closed. */
  readonly refusals: () => number;
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_port-forward/ */
function startForward(
  kubectl: Kubectl,
  namespace: string,
  pod: string,
  port: number,
  onEnd: () => void,
): Promise<Forward> {
  const args = ['port-forward', '--address=127.0.0.1', `--namespace=${namespace}`, `pod/${pod}`, `:${port}`];
  const child = spawn(kubectl.path, [...args, ...kubectl.flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let stderr = '';
    let refusals = 0;
    child.stderr.on('data', (data: Buffer) => {
      stderr = (stderr + data).slice(-2000);
      if (isRefusal(String(data))) refusals++;
    });
    child.stdout.on('data', (data: Buffer) => {
      const localPort = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(String(data))?.[1];
      if (localPort) resolve({ child, localPort: Number(localPort), refusals: () => refusals });
    });
    child.on('error', (cause) => reject(new TunnelError(`cannot run ${kubectl.path}: ${cause.message}`, { cause })));
    child.on('close', onEnd);
    child.on('close', () => reject(new TunnelError(`cannot port-forward to pod "${pod}": ${stderr.trim()}`)));
  });
}
