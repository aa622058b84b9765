import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { synthesize } from '../../charts/index.js';
import { clusterCommand } from '../cluster/exec.js';
import { goTool } from '../cluster/go-tool.js';
import { until } from '../cluster/wait.js';
import { createNamespace, deleteNamespace, kubectl, kubectlWith } from '../e2e/support/cluster.js';
import { SPEC } from '../e2e/support/release.js';

/** What marks the nodes that nobody but kwok plays, and keeps Pods that are to run off them. */
const FAKE = 'kwok.x-k8s.io/node';
const PODS_PER_NODE = 1100;
const MINUTE_MS = 60_000;

export interface Crowd {
  remove(): Promise<void>;
}

/**
 * Fills the cluster with releases whose Pods only the API server knows: both colors run, on nodes that kwok plays.
 *
 * @param replicas - of each color
 * @see https://kwok.sigs.k8s.io/docs/user/kwok-manage-nodes-and-pods/
 */
export async function createCrowd(
  releases: number,
  replicas: number,
  progress: (text: string) => void,
): Promise<Crowd> {
  const pods = releases * 2 * replicas;
  const nodes = Array.from({ length: Math.ceil(pods / PODS_PER_NODE) }, (_, index) => `bench-fake-${index}`);
  const kwok = await startKwok();
  const namespace = await createNamespace('bench-crowd');
  const remove = async () => {
    await deleteNamespace(namespace);
    const isEmpty = async () => (await kubectl('get', 'pods', '-n', namespace, '-o', 'name')) === '' || undefined;
    await until(isEmpty, { what: 'the Pods to be gone', timeoutMs: 15 * MINUTE_MS, hopeless: kwok.ended });
    await kubectl('delete', 'node', '--ignore-not-found', ...nodes);
    await kwok.stop();
  };
  try {
    const list = { apiVersion: 'v1', kind: 'List', items: nodes.map(fakeNode) };
    await kubectlWith({ input: JSON.stringify(list) }, 'apply', '-f', '-');
    await apply(namespace, releases, replicas, progress);
    const allReady = async () => {
      const jsonpath = 'jsonpath={.items[*].status.readyReplicas}';
      const counts = (await kubectl('get', 'deployments', '-n', namespace, '-o', jsonpath)).split(' ');
      const ready = counts.reduce((sum, count) => sum + Number(count), 0);
      progress(`${ready} of ${pods} Pods are ready`);
      return ready === pods || undefined;
    };
    await until(allReady, { what: `${pods} ready Pods`, timeoutMs: 15 * MINUTE_MS, hopeless: kwok.ended });
  } catch (error) {
    await remove();
    throw error;
  }
  return { remove };
}

async function apply(namespace: string, releases: number, replicas: number, progress: (text: string) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-bench-crowd-'));
  const specs = Array.from({ length: releases }, (_, index) => specFile(folder, `crowd-${index}`, replicas));
  synthesize(specs, join(folder, 'dist'));
  progress(`applying ${releases} releases`);
  const files = ['-n', namespace, '-f', join(folder, 'dist')];
  await kubectlWith({ timeoutMs: 10 * MINUTE_MS }, 'apply', '--server-side', ...files);
  rmSync(folder, { recursive: true });
}

interface Kwok {
  /** Its last words, once it has ended. */
  ended(): string | undefined;
  stop(): Promise<void>;
}

async function startKwok(): Promise<Kwok> {
  const folder = join(import.meta.dirname, 'kwok');
  const { file, args, env } = clusterCommand([
    await goTool(folder),
    `--config=${join(folder, 'stages.yaml')}`,
    '--manage-all-nodes=false',
    `--manage-nodes-with-annotation-selector=${FAKE}=fake`,
    '--cidr=10.128.0.0/16',
    // Without, the control plane takes the nodes for lost after a while, and their Pods for unready.
    '--node-lease-duration-seconds=40',
  ]);
  const child = spawn(file, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = `${words}${chunk}`.slice(-2000);
  });
  const exit = once(child, 'exit');
  return {
    ended: () => (child.exitCode === null && child.signalCode === null ? undefined : `kwok ended: ${words}`),
    async stop() {
      child.kill();
      await exit;
    },
  };
}

function fakeNode(name: string): object {
  const room = { cpu: '1000', memory: '1000Gi', pods: String(PODS_PER_NODE) };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { [FAKE]: 'fake' }, annotations: { [FAKE]: 'fake' } },
    spec: { taints: [{ key: FAKE, value: 'fake', effect: 'NoSchedule' }] },
    status: { allocatable: room, capacity: room },
  };
}

function specFile(folder: string, name: string, replicas: number): string {
  const file = join(folder, `${name}.yaml`);
  const place = {
    nodeSelector: { [FAKE]: 'fake' },
    tolerations: [{ key: FAKE, operator: 'Exists', effect: 'NoSchedule' }],
  };
  writeFileSync(file, stringify({ ...SPEC, ...place, name, replicas }, { aliasDuplicateObjects: false }));
  return file;
}
