import { describe, expect, test } from '@jest/globals';
import { type GatherOptions, gather } from '../../../../plugin/commands/doctor/gather.js';
import { ApiError, RefusedError } from '../../../../plugin/core/errors.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import type { State } from '../../../../plugin/plan/state.js';
import { slice, stateOf } from '../../cluster-objects.js';
import { type FakeApi, NAMESPACE } from '../../fake-api.js';
import { type FakeRun, fakeRun } from '../../fake-run.js';
import { fakeTunnels } from '../../fake-tunnels.js';
import { detailed, healthyState, ownedPod } from './facts.js';

const OPTIONS: GatherOptions = {
  clusterFlags: [],
  overrides: { retries: 1 },
  filenames: [],
  client: async () => ({ version: 'v1.34.0', platform: 'linux/amd64' }),
};
const forbidden = (words: string) => new ApiError(403, 'Forbidden', words);

/** A cluster that also answers what is no object: its version, and reviews of access. */
function clusterOf(state: State, more: Partial<FakeRun> = {}): FakeRun {
  const run = fakeRun({ state, ...more });
  const { get, create } = run.api;
  run.api.get = async <T>(path: string) => (path === '/version' ? ({ gitVersion: 'v1.34.4' } as T) : get<T>(path));
  run.api.create = async <T>(path: string, object: T) => {
    if (path.endsWith('/selfsubjectreviews')) return { status: { userInfo: { username: 'ada' } } } as T;
    if (path.endsWith('/selfsubjectaccessreviews')) return { status: { allowed: allowed(object) } } as T;
    return create(path, object);
  };
  return run;
}
const allowed = (review: unknown) =>
  (review as { spec: { resourceAttributes: { verb: string } } }).spec.resourceAttributes.verb !== 'patch';
const changes = ({ calls }: FakeApi) => calls.filter(({ verb }) => !['get', 'list', 'text'].includes(verb));

describe('gather', () => {
  test('asks every running Pod every check, reads who the user is and what they lack, and changes nothing', async () => {
    const run = clusterOf(healthyState(), {
      tunnels: fakeTunnels(({ pod, path }) => ({ status: pod === 'g1' && path === '/metrics' ? 500 : 200 })),
    });
    const { facts, notReached } = await gather(run, OPTIONS);
    expect(facts.checks).toHaveLength(4 * 3);
    expect(facts.checks.filter(({ why }) => why)).toEqual([
      expect.objectContaining({ pod: 'g1', why: 'status is 500, want 200' }),
    ]);
    expect(facts.user).toBe('ada');
    expect(facts.versions).toEqual({ client: 'v1.34.0', server: 'v1.34.4', platform: 'linux/amd64' });
    const lacking = facts.rights.filter((right) => !right.allowed).map(({ resource, name }) => `${resource} ${name}`);
    expect(lacking).toEqual([
      'services shop-active',
      'services shop-preview',
      'deployments shop-blue',
      'deployments shop-green',
      'leases shop-bluegreen',
    ]);
    expect([notReached, changes(run.api), run.log, run.verified.size]).toEqual([[], [], [], 0]);
  });

  test('keeps the policy as it is: overrides are for the checks of this run', async () => {
    const { facts } = await gather(clusterOf(healthyState()), OPTIONS);
    expect(facts.policies.blue.checks[0]?.retries).toBe(10);
  });

  test('asks as often as this run is to', async () => {
    const tunnels = fakeTunnels(() => ({ status: 500 }));
    await gather(clusterOf(healthyState(), { tunnels }), { ...OPTIONS, overrides: { retries: 2 } });
    expect(tunnels.requests.filter(({ pod, path }) => pod === 'b1' && path === '/metrics')).toHaveLength(2);
  });

  test('keeps why something could not be read, and reads the rest', async () => {
    const run = clusterOf(healthyState());
    run.api.before = ({ path }) => {
      if (path.includes('/resourcequotas') || path.endsWith('/pods')) throw forbidden(`cannot list ${path}`);
      if (path.includes('/poddisruptionbudgets')) throw new ApiError(404, 'NotFound', 'the server could not find it');
    };
    const { facts } = await gather(run, OPTIONS);
    expect([...facts.unread.keys()].sort()).toEqual([
      'manifests',
      'namespaces',
      'poddisruptionbudgets',
      'pods',
      'reachability',
      'resourcequotas',
    ]);
    expect(facts.unread.get('pods')).toMatch(/^forbidden: cannot list/);
    expect(facts.unread.get('poddisruptionbudgets')).toMatch(/^not served by this cluster: /);
    expect(facts.state.active).toBeDefined();
  });

  test('ends when the server fails for another reason', async () => {
    const run = clusterOf(healthyState());
    run.api.before = ({ path }) => {
      if (path.includes('/events')) throw new ApiError(500, 'InternalError', 'etcd');
    };
    await expect(gather(run, OPTIONS)).rejects.toThrow('etcd');
  });

  test('refuses a release that is not there, but not one that may not be read', async () => {
    const empty: State = { ...stateOf(), deployments: { blue: undefined, green: undefined } };
    const { active: _, ...none } = empty;
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } } as KubernetesObject;
    const absent = clusterOf(none as State);
    const { get } = absent.api;
    absent.api.get = async <T>(path: string) =>
      path === `/api/v1/namespaces/${NAMESPACE}` ? (namespace as T) : get<T>(path);
    await expect(gather(absent, OPTIONS)).rejects.toThrow(RefusedError);
    const hidden = clusterOf(none as State);
    hidden.api.before = ({ path }) => {
      if (path.includes('/services/')) throw forbidden('no');
    };
    expect((await gather(hidden, OPTIONS)).facts.unread.get('services')).toBe('forbidden: no');
  });

  test('reads Pods and EndpointSlices again before it takes a difference for one', async () => {
    const state = healthyState();
    const run = clusterOf({ ...state, endpointSlices: [slice('shop-active', []), ...state.endpointSlices.slice(1)] });
    run.clock.sleep = async () => run.api.put(slice('shop-active', state.pods.slice(0, 2)));
    const { facts } = await gather(run, OPTIONS);
    expect(
      facts.state.endpointSlices.find(({ metadata }) => metadata.name === 'shop-active-x')?.endpoints,
    ).toHaveLength(2);
  });

  test('asks of a Secret only whether it is there', async () => {
    const { deployments } = healthyState();
    const green = detailed('green', 'v0', { imagePullSecrets: [{ name: 'here' }, { name: 'gone' }] });
    const run = clusterOf(healthyState({ deployments: { ...deployments, green } }));
    const asked: string[] = [];
    run.api.exists = async (path) => {
      asked.push(path);
      return path.endsWith('/here') || path.includes('/serviceaccounts/');
    };
    const { facts } = await gather(run, OPTIONS);
    expect([...facts.secrets]).toEqual([
      ['here', 'exists'],
      ['gone', undefined],
    ]);
    expect(asked).toContain(`/api/v1/namespaces/${NAMESPACE}/secrets/here`);
    expect(run.api.calls.filter(({ path }) => path.includes('/secrets'))).toEqual([]);
  });

  test('reads the log of the container before for a Pod that was restarted', async () => {
    const sick = ownedPod('green', 'g1', { ready: false, restarts: 2 });
    for (const status of sick.status?.containerStatuses ?? [])
      Object.assign(status, { lastState: { terminated: { exitCode: 1 } } });
    const run = clusterOf(healthyState({ pods: [...healthyState().pods.slice(0, 2), sick] }));
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/g1/log`;
    run.api.logs.set(path, 'one\ntwo\n');
    const { facts } = await gather(run, OPTIONS);
    expect(facts.logs.get('g1')).toEqual(['one', 'two']);
    expect(run.api.calls).toContainEqual({
      verb: 'text',
      path,
      body: { container: 'shop', tailLines: '10', previous: 'true' },
    });
  });

  test('asks from a Pod only when it may run a program there', async () => {
    const ran: string[] = [];
    const exec: GatherOptions['exec'] = async (pod) => {
      ran.push(pod);
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    const state = healthyState();
    Object.assign(state.active?.spec ?? {}, { clusterIP: '10.96.0.7', ports: [{ port: 80 }] });
    expect((await gather(clusterOf(state), OPTIONS)).facts.unread.get('reachability')).toContain('pass --exec');
    const { facts } = await gather(clusterOf(state), { ...OPTIONS, exec });
    expect([facts.reachability, ran]).toEqual([{ pod: 'b1', address: '10.96.0.7:80' }, ['b1']]);
  });

  test('a policy that cannot be read is a fact, and the default checks are asked', async () => {
    const state = healthyState();
    if (state.active) state.active.metadata.annotations = { 'kubectl-bluegreen.dev/policy': '{' };
    const { facts } = await gather(clusterOf(state), OPTIONS);
    expect(facts.policyErrors[0]?.message).toContain('unreadable annotation');
    expect(facts.checks).toHaveLength(12);
  });
});
