import { getJson, kubectlWith } from './cluster.js';

/** What the kubelet says of a readiness probe that fails. */
export const PROBE_FAILED = 'Readiness probe failed: HTTP probe failed with statuscode: 503';

/** Warns about a running Pod of green, again and again, as the kubelet would of a failed probe. */
export async function warnUntil(namespace: string, isOver: () => boolean): Promise<void> {
  const list = ['pods', '-n', namespace, '-l', 'app=shop,version=green', '--field-selector=status.phase=Running'];
  const { items } = await getJson<{ items: { metadata: { name: string; uid: string } }[] }>(...list);
  const { name, uid } = items.at(-1)?.metadata ?? {};
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', name, uid, namespace },
    type: 'Warning',
    reason: 'Unhealthy',
    message: PROBE_FAILED,
  };
  while (!isOver()) await kubectlWith({ input: JSON.stringify(event) }, 'create', '-f', '-');
}
