import {
  APP_LABEL,
  activeServiceName,
  COLORS,
  type Color,
  colorServiceName,
  deploymentName,
  previewServiceName,
} from '../../../charts/names.js';
import type { Deployment, EndpointSlice, Pod, ReplicaSet, Service } from '../../core/kubernetes.js';
import { resourcePath } from '../../kube/resources.js';
import { proveEndpoints } from '../../plan/proof.js';
import { podsOf, type State } from '../../plan/state.js';
import { servedColors } from '../../plan/traffic.js';
import type { Run } from '../../run/context.js';
import { listEndpointSlices } from '../../run/observe.js';
import type { Tolerance } from './tolerance.js';

/** As `observe` reads a release, but what is forbidden is left out. */
export async function readState({ api, namespace, release }: Run, { read }: Tolerance): Promise<State> {
  const find = <T>(kind: string, name: string) => api.find<T>(resourcePath(kind, namespace, name));
  const labelled = { labelSelector: `${APP_LABEL}=${release}` };
  const list = <T>(kind: string) => api.list<T>(resourcePath(kind, namespace), labelled).then(({ items }) => items);
  const service = (name: string) => read('services', find<Service>('Service', name), undefined);
  const deployment = (color: Color) =>
    read('deployments', find<Deployment>('Deployment', deploymentName(release, color)), undefined);
  const [active, preview, blueService, greenService, blue, green, replicaSets, pods, endpointSlices] =
    await Promise.all([
      service(activeServiceName(release)),
      service(previewServiceName(release)),
      service(colorServiceName(release, 'blue')),
      service(colorServiceName(release, 'green')),
      deployment('blue'),
      deployment('green'),
      read('replicasets', list<ReplicaSet>('ReplicaSet'), []),
      read('pods', list<Pod>('Pod'), []),
      read('endpointslices', slicesOf(api, namespace, release), [] as EndpointSlice[]),
    ]);
  return {
    release,
    namespace,
    ...(active && { active }),
    ...(preview && { preview }),
    colorServices: { blue: blueService, green: greenService },
    deployments: { blue, green },
    replicaSets,
    pods,
    endpointSlices,
  };
}

const slicesOf = (api: Run['api'], namespace: string, release: string) =>
  listEndpointSlices(api, namespace, [
    activeServiceName(release),
    ...COLORS.map((color) => colorServiceName(release, color)),
  ]);

const SETTLE_READS = 4;
const SETTLE_INTERVAL_MS = 500;

/** Pods and EndpointSlices are two reads of things that change: what differs counts when it differs again and again. */
export async function settled(run: Run, first: State, { unread }: Tolerance): Promise<State> {
  let state = first;
  if (unread.has('pods') || unread.has('endpointslices')) return state;
  for (let reads = 1; reads < SETTLE_READS && !endpointsHold(state); reads++) {
    await run.clock.sleep(SETTLE_INTERVAL_MS, run.signal);
    const labelled = { labelSelector: `${APP_LABEL}=${run.release}` };
    const [pods, endpointSlices] = await Promise.all([
      run.api.list<Pod>(resourcePath('Pod', run.namespace), labelled),
      slicesOf(run.api, run.namespace, run.release),
    ]);
    state = { ...state, pods: pods.items, endpointSlices };
  }
  return state;
}

function endpointsHold(state: State): boolean {
  const { release, colorServices, endpointSlices, pods } = state;
  const [serving] = servedColors(state);
  const services: [string, Color][] = [
    ...(serving ? ([[activeServiceName(release), serving]] as [string, Color][]) : []),
    ...COLORS.filter((color) => colorServices[color]).map((color): [string, Color] => [
      colorServiceName(release, color),
      color,
    ]),
  ];
  return services.every(([name, color]) => {
    const own = podsOf(pods, release, color);
    return own.length === 0 || proveEndpoints(endpointSlices, name, own).holds;
  });
}
