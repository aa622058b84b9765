import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from './api.js';
import { API_SERVICE_ADDRESS, type Cluster } from './cluster.js';
import type { Component } from './components.js';
import { clusterProcesses, running } from './processes.js';
import { until } from './wait.js';

/** The conditions of a working cluster, in the order in which they become true. */
export const CONDITIONS = {
  'API server': (cluster: Cluster, binaries: string) => kubectl(cluster, binaries, 'get', '--raw=/readyz'),
  'default ServiceAccount': (cluster: Cluster, binaries: string) =>
    kubectl(cluster, binaries, 'get', 'serviceaccount', 'default', '--output=name'),
  // Through the Service `kubernetes`, which only kube-proxy makes reachable. The kernel decides on a connection's first
  // packet where it goes, so one that was too early must be given up soon.
  'kube-proxy': (cluster: Cluster, binaries: string) => {
    const server = `--server=https://${API_SERVICE_ADDRESS}`;
    return kubectl(cluster, binaries, server, '--request-timeout=1s', 'get', '--raw=/readyz');
  },
  Node: async (cluster: Cluster, binaries: string) => {
    const path = '--output=jsonpath={.status.conditions[?(@.type=="Ready")]}';
    const ready = await kubectl(cluster, binaries, 'get', 'node', cluster.name, path);
    const { status, message } = JSON.parse(ready || '{}') as { status?: string; message?: string };
    if (status !== 'True') {
      throw new Error(message ?? 'no condition Ready');
    }
  },
} satisfies Record<string, (cluster: Cluster, binaries: string) => Promise<unknown>>;

export type Condition = keyof typeof CONDITIONS;

/**
 * Waits until a condition is true.
 *
 * @throws ClusterError when it takes longer than 90 s, or at once when one of the components has ended
 */
export async function waitFor(
  condition: Condition,
  cluster: Cluster,
  binaries: string,
  started: readonly Component[],
): Promise<void> {
  const attempt = async () => {
    await CONDITIONS[condition](cluster, binaries);
    return true;
  };
  const hopeless = () => endedComponent(cluster, started);
  await until(attempt, { what: condition, timeoutMs: 90_000, hopeless });
}

/** @returns the sentence about the first component that is not running, with the last lines of its log */
function endedComponent(cluster: Cluster, started: readonly Component[]): string | undefined {
  const processes = clusterProcesses(cluster);
  const ended = started.find(({ argv }) => running(processes, argv[0]) === undefined);
  if (ended === undefined) {
    return undefined;
  }
  const log = join(cluster.logs, `${ended.name}.log`);
  const last = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-5)
    .map((line) => line.slice(0, 300))
    .join('\n');
  return `${ended.name} ended; ${log} ends with:\n${last}`;
}
