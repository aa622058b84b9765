import type { Service } from '../../../plugin/core/kubernetes.js';
import type { Api } from '../../../plugin/kube/api.js';
import { resourcePath } from '../../../plugin/kube/resources.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { until } from '../../cluster/wait.js';

/** One change of the active Service's selector, as the API server told it. */
export interface Switch {
  readonly resourceVersion: string;
  readonly from: string;
  readonly to: string;
  /** The operation that the same write put on record, and what that says it did. */
  readonly operationId: string;
  readonly by: string;
  readonly recorded: string;
}

export interface SwitchRecorder {
  /** All since the last call, up to now. */
  take(): Promise<Switch[]>;
  stop(): Promise<void>;
}

const colorOf = (service: Service) => service.spec.selector?.version ?? '';

/** Watches the active Service of the release `shop`. */
export async function recordSwitches(api: Api, namespace: string): Promise<SwitchRecorder> {
  const path = resourcePath('Service', namespace, 'shop-active');
  const first = await api.get<Service>(path);
  const ended = new AbortController();
  let [color, version] = [colorOf(first), first.metadata.resourceVersion ?? ''];
  let switches: Switch[] = [];
  const query = { fieldSelector: 'metadata.name=shop-active', resourceVersion: version };
  const following = (async () => {
    for await (const { type, object } of api.watch<Service>(resourcePath('Service', namespace), query, ended.signal)) {
      if (type !== 'MODIFIED') throw new Error(`the watch of shop-active told ${type}: ${JSON.stringify(object)}`);
      version = object.metadata.resourceVersion ?? '';
      const now = colorOf(object);
      if (now === color) continue;
      const { id = '', by = '', from = '', to = '' } = lastOperation(object) ?? {};
      const change = { resourceVersion: version, from: color, to: now, operationId: id, by, recorded: `${from}>${to}` };
      switches.push(change);
      color = now;
    }
  })();
  return {
    async take() {
      const { metadata } = await api.get<Service>(path);
      const seen = async () => (Number(version) >= Number(metadata.resourceVersion) ? true : undefined);
      await Promise.race([following, until(seen, { what: 'the watch to tell the last change', timeoutMs: 30_000 })]);
      const taken = switches;
      switches = [];
      return taken;
    },
    async stop() {
      ended.abort();
      await following;
    },
  };
}
