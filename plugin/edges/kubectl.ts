import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { RefusedError } from '../errors.js';

/** kubectl as the holder of credentials: where it is, and the global flags that the user gave for it. */
export interface Kubectl {
  readonly path: string;
  readonly flags: readonly string[];
}

/** One `kubectl proxy` on a unix socket in a directory that only this user can enter. */
export interface Proxy {
  readonly socketPath: string;
  stop(): void;
}

export interface KubeContext {
  /** Name of the context; empty inside a Pod, where there is none. */
  readonly name: string;
  readonly namespace: string;
}

export function findKubectl(env: NodeJS.ProcessEnv): string {
  return env.KUBECTL || env.KUBECTL_PATH || 'kubectl';
}

/**
 * Starts `kubectl proxy` and resolves as soon as it serves.
 *
 * @throws RefusedError with kubectl's own words when it cannot start (no such context, unreadable kubeconfig)
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/
 */
export async function startProxy(kubectl: Kubectl): Promise<Proxy> {
  const directory = mkdtempSync(join(tmpdir(), 'kubectl-bluegreen-'));
  const socketPath = join(directory, 'api.sock');
  const child = spawn(kubectl.path, ['proxy', `--unix-socket=${socketPath}`, ...kubectl.flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => {
    child.kill();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await served(child, kubectl.path);
  } catch (error) {
    stop();
    throw error;
  }
  // Neither the process nor its pipes may keep ours alive.
  child.unref();
  child.stdout.destroy();
  child.stderr.destroy();
  return { socketPath, stop };
}

function served(child: ReturnType<typeof spawn>, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    child.stderr?.on('data', (data: Buffer) => {
      stderr += data;
    });
    child.stdout?.on('data', (data: Buffer) => {
      if (String(data).includes('Starting to serve')) resolve();
    });
    child.on('error', (cause) => reject(new RefusedError(`cannot run ${path}: ${cause.message}`, { cause })));
    child.on('close', (code) => {
      const words = stderr.trim().replace(/^error: /, '');
      reject(new RefusedError(words || `${path} proxy ended with exit code ${code}`));
    });
  });
}

const IN_CLUSTER_NAMESPACE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** The context that kubectl would use, and its namespace. */
export async function readContext(kubectl: Kubectl): Promise<KubeContext> {
  const { stdout, failed } = await execa(kubectl.path, ['config', 'view', '--minify', '-o', 'json', ...kubectl.flags], {
    reject: false,
  });
  // Without a current context kubectl refuses to minify; the proxy then uses the Pod's own credentials or fails by itself.
  if (failed || !stdout) return { name: '', namespace: inClusterNamespace() };
  const config = JSON.parse(stdout) as {
    'current-context'?: string;
    contexts?: { context?: { namespace?: string } }[] | null;
  };
  return {
    name: config['current-context'] ?? '',
    namespace: config.contexts?.[0]?.context?.namespace || 'default',
  };
}

function inClusterNamespace(): string {
  try {
    return readFileSync(IN_CLUSTER_NAMESPACE, 'utf8').trim();
  } catch {
    return 'default';
  }
}
