import { isDeepStrictEqual } from 'node:util';
import { COLORS, type Color } from '../../charts/names.js';
import type { Deployment, EndpointSlice, Pod, ReplicaSet, Service } from '../../plugin/core/kubernetes.js';
import { objectPath, resourcePath } from '../../plugin/kube/resources.js';
import { newestReplicaSet, type State } from '../../plugin/plan/state.js';
import { emptyRunState, type Run } from '../../plugin/run/context.js';
import type { Listener } from '../../plugin/run/events.js';
import { openGate, questionGate } from '../../plugin/run/gate.js';
import { textListener } from '../../plugin/run/listeners/text.js';
import { slice, stateOf } from './cluster-objects.js';
import { type FakeApi, fakeApi, NAMESPACE } from './fake-api.js';
import { type FakeClock, fakeClock } from './fake-clock.js';
import { type FakeTunnels, fakeTunnels } from './fake-tunnels.js';

export interface FakeRun extends Run {
  readonly api: FakeApi;
  readonly clock: FakeClock;
  readonly tunnels: FakeTunnels;
  /** What was reported, a line each: `step ...`, `info ...`, `warn ...`, `changed OBJECT VERB`. */
  readonly log: string[];
}

interface FakeRunOptions extends Partial<FakeRun> {
  readonly state?: State;
  /** As --yes. */
  readonly yes?: boolean;
}

export function fakeRun({ state = stateOf(), yes = false, ...more }: FakeRunOptions = {}): FakeRun {
  const log: string[] = [];
  // Tests put their own in place of what the reporter does.
  const emit: Listener = (event) => textListener(run.reporter, () => undefined)(event);
  const ask = (question: string) => run.ask(question);
  const run: FakeRun = {
    api: apiOf(state),
    tunnels: fakeTunnels(),
    enter: () => undefined,
    clock: fakeClock(),
    reporter: {
      step: (text) => log.push(`step ${text}`),
      info: (text) => log.push(`info ${text}`),
      warn: (text) => log.push(`warn ${text}`),
      changed: (object, verb) => log.push(`changed ${object} ${verb}`),
    },
    emit,
    ask: async () => 'yes',
    gate: yes ? openGate(emit) : questionGate(emit, ask),
    runCommand: async () => ({ exitCode: 0 }),
    execInPod: async () => ({ exitCode: 0, stdout: '', stderr: '' }),
    probes: [],
    askUrl: async () => ({ status: 200, ms: 1 }),
    signal: new AbortController().signal,
    namespace: NAMESPACE,
    release: 'shop',
    operationId: 'op-2',
    by: 'grace@laptop',
    ...emptyRunState(),
    log,
    ...more,
  };
  return run;
}

export const ACTIVE = resourcePath('Service', NAMESPACE, 'shop-active');
export const PREVIEW = resourcePath('Service', NAMESPACE, 'shop-preview');
export const BLUE = resourcePath('Deployment', NAMESPACE, 'shop-blue');
export const GREEN = resourcePath('Deployment', NAMESPACE, 'shop-green');
export const podPath = (name: string) => resourcePath('Pod', NAMESPACE, name);

/** A cluster that holds a release, and whose EndpointSlices follow the selector of the active Service. */
export function apiOf(state: State): FakeApi {
  const { active, preview, colorServices, deployments, replicaSets, pods, endpointSlices } = state;
  const maybe = [active, preview, ...COLORS.flatMap((color) => [colorServices[color], deployments[color]])];
  const present = maybe.filter((object) => object !== undefined);
  const api = fakeApi([...present, ...replicaSets, ...pods, ...endpointSlices]);
  api.after = ({ verb, path }) => {
    if (verb === 'patch' && path === ACTIVE)
      serve(api, api.at<Service>(ACTIVE)?.spec.selector?.version as Color | undefined, pods);
    if (path === BLUE || path === GREEN) follow(api, path, replicaSets);
  };
  for (const path of [BLUE, GREEN]) follow(api, path, replicaSets);
  return api;
}

/** What the controller does at once: a Deployment's newest ReplicaSet is of its template. */
function follow(api: FakeApi, path: string, replicaSets: readonly ReplicaSet[]): void {
  const deployment = api.at<Deployment>(path);
  const newest = deployment && newestReplicaSet(replicaSets, deployment);
  const live = newest && api.at<ReplicaSet>(objectPath(newest, NAMESPACE));
  if (!live || isDeepStrictEqual(live.spec.template, deployment.spec.template)) return;
  api.put({ ...live, spec: { ...live.spec, template: deployment.spec.template } } as ReplicaSet);
}

/** Points the active Service's EndpointSlice at the Pods of a color, or of both. */
export function serve(api: FakeApi, color: Color | undefined, pods: readonly Pod[]): void {
  const endpoints: EndpointSlice = slice(
    'shop-active',
    pods.filter((pod) => color === undefined || pod.metadata.labels?.version === color),
  );
  api.put(endpoints);
}
