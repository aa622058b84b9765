import { OPERATION_ANNOTATION } from '../../../charts/names.js';
import type { ServicePort } from '../../../plugin/core/kubernetes.js';
import { until } from '../../cluster/wait.js';
import { getJson, kubectl, run } from './cluster.js';

/** The active Service of the release `shop`. */
interface ActiveService {
  metadata: { annotations?: Record<string, string> };
  spec: { clusterIP: string; ports: ServicePort[] };
}

const active = (namespace: string) => getJson<ActiveService>('service', 'shop-active', '-n', namespace);

/** Gives the active Service one port more, or takes away all but the first. */
export async function setPorts(namespace: string, ...more: ServicePort[]): Promise<void> {
  const { spec } = await active(namespace);
  const value = [spec.ports[0], ...more];
  await patch('service/shop-active', namespace, [{ op: 'replace', path: '/spec/ports', value }]);
}

export const patch = (object: string, namespace: string, operations: readonly object[]): Promise<string> =>
  kubectl('patch', object, '-n', namespace, '--type=json', '-p', JSON.stringify(operations));

/** Sets variables of the sample application in one color, and waits until its Pods have them. */
export async function setEnvironment(namespace: string, color: string, ...variables: string[]): Promise<void> {
  await kubectl('set', 'env', `deployment/shop-${color}`, '-n', namespace, ...variables);
  await rolledOut(namespace, color);
}

export const rolledOut = (namespace: string, color: string): Promise<string> =>
  kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', namespace, '--timeout=60s');

/** `http://CLUSTER-IP`, as the machine of the test cluster reaches the active Service through kube-proxy. */
export async function clusterUrl(namespace: string): Promise<string> {
  return `http://${(await active(namespace)).spec.clusterIP}`;
}

/** What a client on the node is answered, over a new connection. */
export async function statusOf(url: string): Promise<string> {
  const ask = 'console.log((await fetch(process.argv[1])).status)';
  return (await run(['node', '--input-type=module', '-e', ask, url])).stdout;
}

/** Waits until the last operation is recorded as being watched. */
export async function untilWatched(namespace: string): Promise<void> {
  const isWatched = async () => {
    const text = (await active(namespace)).metadata.annotations?.[OPERATION_ANNOTATION];
    return (JSON.parse(text ?? '{}') as { outcome?: string }).outcome === 'proved' || undefined;
  };
  await until(isWatched, { what: 'the color to be watched', timeoutMs: 60_000 });
}
