import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { IDLE_CHANGE_ANNOTATION, OPERATION_ANNOTATION, PROMOTING_ANNOTATION } from '../../charts/names.js';
import { LostRaceError, RefusedError } from '../../plugin/core/errors.js';
import type { Deployment, Service } from '../../plugin/core/kubernetes.js';
import { type Api, connectApi } from '../../plugin/kube/api.js';
import { resourcePath } from '../../plugin/kube/resources.js';
import { idleColor } from '../../plugin/plan/color.js';
import type { InstalledState } from '../../plugin/plan/state.js';
import type { IdleColor } from '../../plugin/plan/steps.js';
import { patchDeployment } from '../../plugin/steps/actions/objects.js';
import { scaleDown } from '../../plugin/steps/actions/scale-down.js';
import { switchTraffic } from '../../plugin/traffic/selector/switch.js';
import { until } from '../cluster/wait.js';
import { createNamespace, deleteNamespace } from '../e2e/support/cluster.js';
import { type Ending, type Party, playAll } from '../plugin/schedules.js';
import { type SharedProxy, startSharedProxy } from './races/api.js';
import { runOf } from './races/racer.js';
import { recordFigure } from './support/figures.js';
import { rounds } from './support/soak.js';

/** Of the orders of a pair, in which retries make hundreds: the ones that are tried, the same ones each time. */
const MOST = rounds(100, 2000);

jest.setTimeout(MOST * 2000);

let namespace: string;
let uid: string | undefined;
let proxy: SharedProxy;
let api: Api;
const active = () => resourcePath('Service', namespace, 'shop-active');
const green = () => resourcePath('Deployment', namespace, 'shop-green');
const matters = (path: string) => path === active() || path === green();

const labels = { app: 'shop', version: 'green' };
const template = (image: string) => ({
  metadata: { labels },
  // No node has it: what is raced for here is what the API server keeps, and no Pod has to start.
  spec: { nodeSelector: { 'example.com/none': 'true' }, containers: [{ name: 'shop', image }] },
});
const PREPARED = 'shop:prepared';

beforeAll(async () => {
  namespace = await createNamespace('orders');
  proxy = await startSharedProxy();
  api = connectApi(proxy.http, 30_000);
  const metadata = { name: 'shop-green', labels };
  await api.create(resourcePath('Deployment', namespace), {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    // Paused, a Deployment is scaled and no more: its controller has less to write in between.
    spec: { paused: true, replicas: 2, selector: { matchLabels: labels }, template: template(PREPARED) },
  });
  const made = await api.create<object>(resourcePath('Service', namespace), {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop-active', labels: { app: 'shop' } },
    spec: { selector: { app: 'shop', version: 'blue' }, ports: [{ port: 80 }] },
  });
  uid = (made as Service).metadata.uid;
  await createServingPod();
});
afterAll(async () => {
  proxy?.stop();
  if (namespace) await deleteNamespace(namespace);
});

/** Of blue, as ready as the API server was told: the scale-down of a color asks whether the other one serves. */
async function createServingPod(): Promise<void> {
  const pods = resourcePath('Pod', namespace);
  const { spec } = template(PREPARED);
  const metadata = { name: 'shop-blue-a', labels: { ...labels, version: 'blue' } };
  await api.create(pods, { apiVersion: 'v1', kind: 'Pod', metadata, spec });
  const status = { conditions: [{ type: 'Ready', status: 'True' }] };
  await api.patch(`${pods}/shop-blue-a/status`, { status }, { strategic: true });
}

interface World {
  readonly api: Api;
}

/** Traffic on blue, green as it was prepared, and the controller has nothing to write any more. */
async function anew(): Promise<World> {
  const annotations = { [IDLE_CHANGE_ANNOTATION]: null, [OPERATION_ANNOTATION]: null };
  await api.patch(active(), { metadata: { annotations }, spec: { selector: { app: 'shop', version: 'blue' } } });
  const mark = { [PROMOTING_ANNOTATION]: null };
  await api.patch(
    green(),
    { metadata: { annotations: mark }, spec: { replicas: 2, template: template(PREPARED) } },
    { strategic: true },
  );
  const settled = async () => {
    const { metadata, status = {} } = await api.get<Deployment>(green());
    return status.observedGeneration === metadata.generation ? true : undefined;
  };
  await until(settled, { what: 'the controller to see the Deployment', timeoutMs: 30_000 });
  return { api };
}

async function seenIdle(own: Api): Promise<IdleColor> {
  // In this order: what a plan is made from was read before the requests that are ordered here go on.
  const service = await own.get<Service>(active());
  const deployment = await own.get<Deployment>(green());
  const state = { active: service, activeColor: 'blue', deployments: { blue: undefined, green: deployment } };
  return idleColor(state as unknown as InstalledState, 'green');
}

const runWith = (own: Api, by: string) => runOf(proxy, namespace, by, () => own);

/** What the switch of a promotion sends, with the reads of its own that matter to the order. */
const switching: Party = (own) =>
  switchTraffic(runWith(own, 'switch@test'), {
    service: 'shop-active',
    guard: { uid, lastOperationId: undefined },
    from: 'blue',
    to: 'green',
    kind: 'promote',
    fromVersion: 'v1',
    recheck: async () => {
      const { spec } = await own.get<Deployment>(green());
      if (spec.replicas !== 2) throw new RefusedError('scaled down meanwhile');
      if (spec.template.spec.containers[0]?.image !== PREPARED) throw new LostRaceError('another template');
    },
  });

const cleaning: Party = async (own) =>
  scaleDown(runWith(own, 'cleanup@test'), {
    kind: 'scale-down',
    deployment: 'shop-green',
    from: 2,
    to: 0,
    ...(await seenIdle(own)),
  });

const deploying: Party = async (own) => {
  const image = { container: 'shop', image: 'shop:other' };
  await patchDeployment(runWith(own, 'deploy@test'), 'shop-green', { image }, await seenIdle(own));
};

/** What is wrong with how an order ended: exactly one of the two has taken effect, and the active color is as prepared. */
async function faultOf({ order, errors: [switchError, otherError] }: Ending<World>): Promise<string[]> {
  const [service, { spec }] = await Promise.all([api.get<Service>(active()), api.get<Deployment>(green())]);
  const onGreen = service.spec.selector?.version === 'green';
  const isPrepared = spec.replicas === 2 && spec.template.spec.containers[0]?.image === PREPARED;
  const refused = (error: Error | undefined) => error instanceof LostRaceError || error instanceof RefusedError;
  const isRight = onGreen
    ? isPrepared && switchError === undefined && otherError instanceof LostRaceError
    : !isPrepared && refused(switchError) && otherError === undefined;
  const seen = `${onGreen ? 'green' : 'blue'}, ${isPrepared ? 'prepared' : 'changed'}`;
  return isRight
    ? []
    : [`${order.join('')}: ${seen}; ${switchError?.message ?? 'done'}; ${otherError?.message ?? 'done'}`];
}

test.each([
  ['scale-down', cleaning],
  ['deploy', deploying],
])(
  'a switch to a color and a %s of it, in every order of their requests at the real API server',
  async (name, other) => {
    const faults: string[] = [];
    let switched = 0;
    const endings = await playAll(
      anew,
      () => [switching, other],
      matters,
      MOST,
      async (ending) => {
        faults.push(...(await faultOf(ending)));
        if (ending.errors[0] === undefined) switched++;
      },
    );
    recordFigure(`races-orders-${name}`, {
      place: 2,
      promise: `a switch to a color against a ${name} of it, request by request: never both`,
      tried: endings.length,
      held: endings.length - faults.length,
      unit: 'orders',
      also: `the switch won ${switched} times`,
    });
    expect(faults).toEqual([]);
    expect(switched).toBeGreaterThan(0);
    expect(switched).toBeLessThan(endings.length);
  },
);
