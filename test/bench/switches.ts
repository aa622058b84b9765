import { createInterface } from 'node:readline';
import type { EndpointSlice, Pod, Service } from '../../plugin/core/kubernetes.js';
import { begin, quietly } from '../demo/command.js';

/** When a color was selected, and when the EndpointSlices held its Pods alone, in milliseconds since 1970. */
export interface Moved {
  readonly selectedAt: number;
  readonly servedAt: number;
}

export interface SwitchWatch {
  /** The last switch to a color. @throws Error when there was none */
  to(color: string): Moved;
  stop(): void;
}

/** Watches a Service and its EndpointSlices from outside. */
export async function watchSwitches(namespace: string, service: string): Promise<SwitchWatch> {
  const pods = JSON.parse(await quietly(`kubectl get pods --namespace ${namespace} --output json`)) as { items: Pod[] };
  const colors = new Map(pods.items.map(({ metadata }) => [metadata.name, metadata.labels?.version]));
  const selected = new Map<string, number>();
  const served = new Map<string, number>();
  const stop = new AbortController();
  const follow = <T>(what: string, tell: (object: T) => void) => {
    const child = begin(`kubectl get ${what} --namespace ${namespace} --watch --output json`, stop.signal);
    let text = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      text += line;
      // kubectl prints each object over several lines; only its own last one is not indented.
      if (line !== '}') return;
      tell(JSON.parse(text) as T);
      text = '';
    });
  };
  let [color, serving] = ['', ''];
  follow<Service>(`service/${service}`, ({ spec }) => {
    const now = spec.selector?.version ?? '';
    if (now !== color) selected.set(now, Date.now());
    color = now;
  });
  follow<EndpointSlice>(`endpointslices --selector kubernetes.io/service-name=${service}`, ({ endpoints = [] }) => {
    const found = new Set(endpoints.map(({ targetRef }) => colors.get(targetRef?.name ?? '')));
    const [only = ''] = found.size === 1 ? [...found] : [];
    if (only !== '' && only !== serving) served.set(only, Date.now());
    serving = only;
  });
  return {
    to(wanted) {
      const [selectedAt, servedAt] = [selected.get(wanted), served.get(wanted)];
      if (selectedAt === undefined || servedAt === undefined) throw new Error(`no switch to ${wanted} was seen`);
      return { selectedAt, servedAt };
    },
    stop: () => stop.abort(),
  };
}
