import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { APP_LABEL, COLOR_LABEL, type Color, isColor } from '../../../charts/names.js';
import type { Deployment, KubernetesObject, Pod, Service } from '../../../plugin/core/kubernetes.js';
import { type Api, connectApi } from '../../../plugin/kube/api.js';
import { resourcePath } from '../../../plugin/kube/resources.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { clusterCommand } from '../../cluster/exec.js';
import type { Event } from './events.js';

/** Writes down what happens to the release `shop` of a namespace, by watches of the API server and by a client. */
export interface Recorder {
  /** Where the history is, one event a line. */
  readonly file: string;
  readonly events: readonly Event[];
  add(event: WithoutTime): void;
  stop(): Promise<void>;
}

type WithoutTime = Event extends infer E ? (E extends Event ? Omit<E, 'at'> : never) : never;

export async function startRecorder(namespace: string, seed: number): Promise<Recorder> {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-history-'));
  const file = join(folder, `${seed}.jsonl`);
  writeFileSync(file, '');
  const events: Event[] = [];
  const keep = (event: Event) => {
    events.push(event);
    appendFileSync(file, `${JSON.stringify(event)}\n`);
  };
  const add = (event: WithoutTime) => keep({ at: Date.now(), ...event } as Event);

  const proxy = await startProxy(join(folder, 'api.sock'));
  const api = connectApi(`unix:${join(folder, 'api.sock')}:`, 10_000);
  const ended = new AbortController();
  const watches = [
    follow<Service>(api, namespace, 'Service', ended.signal, (service, type) => {
      if (service.metadata.name !== 'shop-active' || type === 'DELETED') return;
      const operation = lastOperation(service);
      const selector = service.spec.selector ?? {};
      add({ kind: 'service', revision: revisionOf(service), selector, ...(operation && { operation }) });
    }),
    follow<Deployment>(api, namespace, 'Deployment', ended.signal, (deployment) => {
      add({
        kind: 'deployment',
        revision: revisionOf(deployment),
        color: colorOf(deployment),
        replicas: deployment.spec.replicas ?? 1,
      });
    }),
    follow<Pod>(api, namespace, 'Pod', ended.signal, (pod, type) => {
      const isReady =
        pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
      const ready = isReady && type !== 'DELETED' && pod.metadata.deletionTimestamp === undefined;
      add({ kind: 'pod', revision: revisionOf(pod), name: pod.metadata.name, color: colorOf(pod), ready });
    }),
  ];
  const active = await api.get<Service & { spec: { clusterIP: string } }>(
    resourcePath('Service', namespace, 'shop-active'),
  );
  const client = startClient(`http://${active.spec.clusterIP}/`, keep);
  return {
    file,
    events,
    add,
    async stop() {
      client.stdin?.end();
      await new Promise((resolve) => client.once('close', resolve));
      ended.abort();
      await Promise.all(watches);
      proxy.kill();
    },
  };
}

const revisionOf = ({ metadata }: KubernetesObject) => Number(metadata.resourceVersion);

function colorOf({ metadata }: KubernetesObject): Color {
  const color = metadata.labels?.[COLOR_LABEL];
  if (!isColor(color)) throw new Error(`${metadata.name} has no color`);
  return color;
}

/** Tells each object of the release that is there, and then each change of one. */
async function follow<T extends KubernetesObject>(
  api: Api,
  namespace: string,
  kind: 'Service' | 'Deployment' | 'Pod',
  signal: AbortSignal,
  tell: (object: T, type: string) => void,
): Promise<void> {
  const path = resourcePath(kind, namespace);
  const labelSelector = `${APP_LABEL}=shop`;
  const { metadata, items } = await api.list<T>(path, { labelSelector });
  for (const item of items) tell(item, 'ADDED');
  const resourceVersion = metadata.resourceVersion ?? '';
  for await (const { type, object } of api.watch<T>(path, { labelSelector, resourceVersion }, signal)) {
    if (type === 'ERROR') throw new Error(`the watch of ${kind} was lost: ${JSON.stringify(object)}`);
    tell(object, type);
  }
}

async function startProxy(socket: string): Promise<ChildProcess> {
  const { file, args, env } = clusterCommand(['kubectl', 'proxy', `--unix-socket=${socket}`]);
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((resolve, reject) => child.stdout.once('data', resolve).once('close', reject));
  return child;
}

function startClient(url: string, keep: (event: Event) => void): ChildProcess {
  const program = join(import.meta.dirname, 'client.ts');
  const { file, args, env } = clusterCommand([process.execPath, '--import', 'tsx', program, url]);
  const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => keep(JSON.parse(line) as Event));
  return child;
}
