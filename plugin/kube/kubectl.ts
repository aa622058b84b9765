import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { RefusedError } from '../core/errors.js';
import { makePrivateFolder } from '../core/private-folder.js';
import { FOLDER_PREFIX, parentDeathArguments, removeLeftovers, SOCKET } from './leftovers.js';

/** kubectl as the holder of credentials: where it is, and the global flags that the user gave for it. */
export interface Kubectl {
  readonly path: string;
  readonly flags: readonly string[];
}

/** One `kubectl proxy` that only this user can talk to. */
export interface Proxy {
  /** What a path of the API is appended to, for HTTP and for WebSockets. */
  readonly http: string;
  readonly webSocket: string;
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
 * Starts `kubectl proxy` and resolves as soon as it serves: on a unix socket in a folder that only this user can enter,
 * or, on Windows, for which Node has no such sockets, on a port of 127.0.0.1 under a random prefix.
 *
 * @throws RefusedError with kubectl's own words when it cannot start (no such context, unreadable kubeconfig), and when
 *   there is no folder for the socket
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_proxy/
 */
export async function startProxy(kubectl: Kubectl, platform: NodeJS.Platform = process.platform): Promise<Proxy> {
  const leash = parentDeathArguments(platform);
  if (leash.length === 0) return serve(kubectl, leash, platform);
  return serve(kubectl, leash, platform).catch((error: Error) => {
    // One that is too old for it, or not to be found what it is to run: kubectl says that better.
    if (!error.message.includes('setpriv: ')) throw error;
    return serve(kubectl, [], platform);
  });
}

async function serve(kubectl: Kubectl, leash: readonly string[], platform: NodeJS.Platform): Promise<Proxy> {
  const folder = makePrivateFolder({ prefix: FOLDER_PREFIX, purpose: 'the connection to the server', socket: SOCKET });
  // Nothing waits for it, and what cannot be removed now is left to the next run.
  removeLeftovers(folder).catch(() => undefined);
  const socket = join(folder, SOCKET);
  const prefix = `/${randomBytes(32).toString('hex')}/`;
  const onPort = platform === 'win32';
  const address = onPort ? ['--address=127.0.0.1', '--port=0', `--api-prefix=${prefix}`] : [`--unix-socket=${socket}`];
  const [file = kubectl.path, ...args] = [...leash, kubectl.path, 'proxy', ...address, ...kubectl.flags];
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A terminal sends Ctrl-C to all of its foreground: what puts things back then still needs the proxy.
    detached: !onPort,
  });
  const stop = () => {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const served = await servedAddress(child, kubectl.path);
    // Neither the process nor its pipes may keep ours alive; closed pipes would end kubectl at its first word of complaint.
    child.unref();
    for (const pipe of [child.stdout, child.stderr]) (pipe.resume() as Socket).unref();
    if (kubectl.flags.some((flag) => flag.startsWith('-v='))) child.stderr.pipe(process.stderr);
    const root = `//${served}${prefix.slice(0, -1)}`;
    return onPort
      ? { http: `http:${root}`, webSocket: `ws:${root}`, stop }
      : { http: `unix:${socket}:`, webSocket: `ws+unix:${socket}:`, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** The address that kubectl says it serves on, as soon as it says so. */
function servedAddress(child: ReturnType<typeof spawn>, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    child.stderr?.on('data', (data: Buffer) => {
      stderr += data;
    });
    child.stdout?.on('data', (data: Buffer) => {
      const address = /Starting to serve on (\S+)/.exec(String(data))?.[1];
      if (address) resolve(address);
    });
    child.on('error', (cause) => reject(new RefusedError(`cannot run ${path}: ${cause.message}`, { cause })));
    child.on('close', (code) => {
      const words = stderr.trim().replace(/^error: /, '');
      reject(new RefusedError(words || `${path} proxy ended with exit code ${code}`));
    });
  });
}

/** What it prints, or nothing when it fails. */
function outputOf({ path }: Kubectl, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(path, args, (error, stdout) => resolve(error ? '' : stdout));
    child.stdin?.end();
  });
}

const IN_CLUSTER_NAMESPACE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** The context that kubectl would use, and its namespace. */
export async function readContext(kubectl: Kubectl): Promise<KubeContext> {
  const stdout = await outputOf(kubectl, ['config', 'view', '--minify', '-o', 'json', ...kubectl.flags]);
  // Without a current context kubectl refuses to minify; the proxy then uses the Pod's own credentials or fails by itself.
  if (!stdout) return { name: '', namespace: inClusterNamespace() };
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

/**
 * kubectl's own version, and the platform it was built for; the server is not asked.
 *
 * @returns empty texts for a kubectl that does not say
 */
export async function readClientVersion(kubectl: Kubectl): Promise<{ version: string; platform: string }> {
  const stdout = await outputOf(kubectl, ['version', '--client', '--output=json']);
  if (!stdout) return { version: '', platform: '' };
  const { clientVersion } = JSON.parse(stdout) as { clientVersion?: { gitVersion?: string; platform?: string } };
  return { version: clientVersion?.gitVersion ?? '', platform: clientVersion?.platform ?? '' };
}
