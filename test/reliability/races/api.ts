import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../../../plugin/kube/api.js';
import { clusterCommand } from '../../cluster/exec.js';

/** One kubectl proxy that many runs in this process share: the API server behind it is the real one. */
export interface SharedProxy {
  readonly http: string;
  readonly webSocket: string;
  stop(): void;
}

export async function startSharedProxy(): Promise<SharedProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-races-'));
  const socket = join(folder, 'api.sock');
  const { file, args, env } = clusterCommand(['kubectl', 'proxy', `--unix-socket=${socket}`]);
  // It complains of each watch that a run ends.
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve, reject) => child.stdout.once('data', resolve).once('close', reject));
  return {
    http: `unix:${socket}:`,
    webSocket: `ws+unix:${socket}:`,
    stop() {
      child.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Numbers from 0 to 1 that look random and are the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed % 2147483647 || 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Each request waits a little before it is sent, so that those of several runs arrive in ever other orders. */
export function withDelays(api: Api, random: () => number, mostMs: number): Api {
  return new Proxy(api, {
    get(target, name) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function' || name === 'watch' || name === 'lines') return method;
      return async (...args: unknown[]) => {
        await sleep(random() * mostMs);
        return Reflect.apply(method, target, args);
      };
    },
  });
}
