import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { clusterCommand } from '../cluster/exec.js';
import { goProgram } from '../cluster/go-tool.js';

/** A folder beside this file: a program that applies a git repository with a tool's own library. */
export type ToolName = 'flux' | 'argocd';

/** What one reconciliation did: an action by object, as the tool's library names both. */
export interface Reconciliation {
  readonly revision: string;
  readonly trigger: 'interval' | 'demand';
  readonly changes: Readonly<Record<string, string>>;
  readonly error?: string;
}

export interface ToolOptions {
  /** Folder of the git repository whose HEAD is applied. */
  readonly repository: string;
  /** File of the tool's own object: a Kustomization or an Application. */
  readonly source: string;
  /** Seconds between reconciliations; without it only on demand. */
  readonly intervalSeconds?: number;
  /** Flags of the tool's own program. */
  readonly flags?: readonly string[];
}

export interface Tool {
  /** Reconciles now. @returns what that did */
  reconcile(): Promise<Reconciliation>;
  stop(): Promise<void>;
}

/** Builds the program unless it was built of these sources before, and starts it against the cluster. */
export async function startTool(name: ToolName, options: ToolOptions): Promise<Tool> {
  const { repository, source, intervalSeconds = 0, flags = [] } = options;
  const program = await builtTool(name);
  const argv = [`--repository=${repository}`, `--source=${source}`, `--interval=${intervalSeconds}s`, ...flags];
  const { file, args, env } = clusterCommand([program, ...argv]);
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  return toolOf(child);
}

function toolOf(child: ChildProcess): Tool {
  const waiting: { resolve(done: Reconciliation): void; reject(error: Error): void }[] = [];
  if (!child.stdout || !child.stdin) throw new Error('no pipes');
  const { stdin } = child;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const reconciliation = JSON.parse(line) as Reconciliation;
    if (reconciliation.trigger === 'demand') waiting.shift()?.resolve(reconciliation);
  });
  const ended = new Promise<void>((resolve) => {
    child.on('close', (code) => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`the tool ended with exit code ${code}`));
      resolve();
    });
  });
  return {
    reconcile: () =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        stdin.write('\n');
      }),
    stop: async () => {
      stdin.end();
      await ended;
    },
  };
}

/** The program of a tool, built anew when its sources change. */
function builtTool(name: ToolName): Promise<string> {
  const folder = join(import.meta.dirname, name);
  const hash = createHash('sha256');
  for (const one of [folder, join(import.meta.dirname, 'loop')])
    for (const file of readdirSync(one).sort()) hash.update(readFileSync(join(one, file)));
  return goProgram({ folder, goPackage: '.', name: `gitops-${name}`, state: hash.digest('hex').slice(0, 12) });
}
