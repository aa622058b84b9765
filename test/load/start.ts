import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { clusterCommand } from '../cluster/exec.js';
import type { LoadReport } from './load.js';

/** A load that runs beside a test or the demo. */
export interface Load {
  /** Ends it in order: requests under way are waited for. */
  stop(): Promise<LoadReport>;
}

/** Starts the load of load.ts in the cluster's network, against a URL there. */
export function startLoad(url: string, options: { clients?: number; pauseMs?: number } = {}): Load {
  const program = fileURLToPath(new URL('load.ts', import.meta.url));
  const { clients = 8, pauseMs = 5 } = options;
  const flags = [`--clients=${clients}`, `--pause=${pauseMs}`];
  const { file, args, env } = clusterCommand(['node', '--import', 'tsx', program, url, ...flags]);
  // The end of its stdin ends the load, also when whoever started it was killed.
  const child = execa(file, args, { env, extendEnv: false, stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' });
  return {
    async stop() {
      child.stdin.end();
      const { stdout } = await child;
      return JSON.parse(stdout) as LoadReport;
    },
  };
}
