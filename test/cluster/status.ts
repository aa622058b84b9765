import { execa } from 'execa';
import { binariesFolder } from './binaries.js';
import { clusterNamed } from './cluster.js';
import { components } from './components.js';
import { existingContext } from './existing.js';
import { CONDITIONS, type Condition } from './health.js';
import { namespacesExist } from './namespaces.js';
import { clusterProcesses, running } from './processes.js';

/** One line of the status, such as `kubelet      running, pid 4711`. */
interface Line {
  readonly name: string;
  readonly good: boolean;
  readonly text: string;
}

/**
 * Prints a line for each component and each condition of the cluster.
 *
 * @returns whether all of them are good
 */
export async function status(): Promise<boolean> {
  const lines = await observe();
  for (const { name, text } of lines) {
    console.log(`${name.padEnd(26)}${text}`);
  }
  return lines.every(({ good }) => good);
}

async function observe(): Promise<Line[]> {
  const context = existingContext();
  if (context !== undefined) {
    const { exitCode, stderr } = await execa('kubectl', ['--context', context, 'get', '--raw=/readyz'], {
      reject: false,
    });
    return [{ name: `context ${context}`, good: exitCode === 0, text: exitCode === 0 ? 'ready' : (stderr ?? '') }];
  }
  const cluster = clusterNamed();
  const binaries = binariesFolder();
  if (binaries === undefined || !namespacesExist(cluster)) {
    return [{ name: `cluster ${cluster.name}`, good: false, text: 'not up' }];
  }
  const processes = clusterProcesses(cluster);
  const programs = components(cluster, binaries).map(({ name, argv }) => {
    const found = running(processes, argv[0]);
    return { name, good: found !== undefined, text: found ? `running, pid ${found.pid}` : 'not running' };
  });
  const conditions = Object.keys(CONDITIONS).map(async (name) => {
    try {
      await CONDITIONS[name as Condition](cluster, binaries);
      return { name, good: true, text: 'ready' };
    } catch (error) {
      return { name, good: false, text: `not ready: ${error instanceof Error ? error.message.split('\n')[0] : error}` };
    }
  });
  return [
    ...programs,
    ...(await Promise.all(conditions)),
    { name: 'kubeconfig', good: true, text: cluster.kubeconfig },
  ];
}
