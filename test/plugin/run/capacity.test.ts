import { describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import type { Deployment, List } from '../../../plugin/core/kubernetes.js';
import type { Api, Query } from '../../../plugin/kube/api.js';
import type { LimitRange, Node, ResourceQuota } from '../../../plugin/plan/capacity/objects.js';
import type { PlanInput } from '../../../plugin/plan/input.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { observeLimits, requireRoom } from '../../../plugin/run/capacity.js';
import { inputOf, stateOf } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';
import { asLive, liveObjects, manifestDeployment, manifestObjects, manifestsOf } from '../manifests.js';
import { greenOf, limitRange, node, podOf, quota, running } from '../plan/capacity/objects.js';

const HALF = podOf({ cpu: '500m' });
const TIGHT = quota({ 'requests.cpu': '2' }, { 'requests.cpu': '1600m' });
const FORBIDDEN = new ApiError(403, 'Forbidden', 'no');

interface World {
  readonly quotas?: ResourceQuota[] | Error;
  readonly nodes?: Node[] | Error;
  readonly more?: boolean;
  /** What a dry run of apply answers. */
  readonly would?: Deployment | Error;
  /** The most CPU that a LimitRange lets a container have. */
  readonly most?: string;
  /** The Job of the migrations. */
  readonly job?: object;
}

function bounded(most: string): LimitRange {
  const { spec, ...range } = limitRange({}, { memory: '1Gi' });
  return { ...range, spec: { limits: [...(spec?.limits ?? []), { type: 'Container', max: { cpu: most } }] } };
}

/** A cluster of which only these lists can be read; every node runs one Pod of half a CPU. */
function clusterOf({ quotas = [], nodes = [], more = false, would, most, job }: World = {}) {
  const asked: [string, Query | undefined][] = [];
  const of = (items: object[] | Error): object[] => {
    if (items instanceof Error) throw items;
    return items;
  };
  const items = (path: string) => {
    if (path.endsWith('/resourcequotas')) return of(quotas);
    if (path.endsWith('/limitranges')) return [most === undefined ? limitRange({}, { memory: '1Gi' }) : bounded(most)];
    return path.endsWith('/nodes') ? of(nodes) : [running('other', HALF)];
  };
  const run = fakeRun();
  const api: Partial<Api> = {
    async list<T>(path: string, query?: Query) {
      asked.push([path, query]);
      return { metadata: more ? { continue: 'next' } : {}, items: items(path) } as List<T>;
    },
    find: async <T>() => job as T | undefined,
    async apply<T>() {
      asked.push(['apply', undefined]);
      if (would instanceof Error) throw would;
      return would as T;
    },
  };
  return { run: { ...run, api: { ...run.api, ...api } }, log: run.log, asked };
}

/** A promotion to green, whose two Pods ask for half a CPU each. */
function input(more: Partial<PlanInput> = {}): PlanInput {
  const { deployments } = stateOf();
  const state = stateOf({ deployments: { ...deployments, green: greenOf(HALF) } });
  return inputOf({ state, intent: { target: { version: 'v2' } }, ...more });
}

async function room(world: World, given = input()) {
  const { run, log, asked } = clusterOf(world);
  const plan = planPromote(given);
  const checked = await requireRoom(run, plan, given, await observeLimits(run), new Set()).catch(
    (error: Error) => error,
  );
  return { plan, checked, log, asked, warnings: checked instanceof Error ? [] : checked.warnings };
}

const ROOMY = node('big', { cpu: '4', memory: '8Gi' });
const SMALL = node('small', { cpu: '900m', memory: '8Gi' });

describe('room for the Pods of a plan', () => {
  test('that a quota does not have is refused with exit code 3, by how much, and how to go on', async () => {
    expect((await room({ quotas: [TIGHT] })).checked).toMatchObject({
      exitCode: 3,
      message:
        'deployment "shop-green" needs 2 more Pods with 1 of requests.cpu: quota "compute" has 400m of requests.cpu left (1600m of 2 used): 600m too little\n' +
        'change the quota or what the Pods ask for, or free some of it; --skip-capacity-check tries all the same',
    });
  });

  test('that Pods still take which are ending is told', async () => {
    const given = input();
    const ending = running('old', HALF, { terminating: true });
    const state = { ...given.state, pods: [...given.state.pods, ending] };
    const { checked } = await room({ quotas: [TIGHT] }, { ...given, state });
    expect(checked).toMatchObject({ message: expect.stringContaining('1 Pods of shop are ending: try again') });
  });

  test('that is there leaves the plan as it is, and nothing to tell', async () => {
    const { checked, plan, log } = await room({ nodes: [ROOMY] });
    expect(checked).toBe(plan);
    expect(log).toEqual([]);
  });

  test('that a LimitRange does not leave each of them is refused with exit code 3', async () => {
    expect((await room({ most: '400m' })).checked).toMatchObject({
      exitCode: 3,
      message:
        'container "shop" of deployment "shop-green" does not say its limits.cpu: LimitRange "defaults" wants at most 400m for each Container\n' +
        "change the spec's resources or the LimitRange; --skip-capacity-check tries all the same",
    });
  });

  test.each([
    [
      'that is to be made is refused by a LimitRange',
      undefined,
      /container "migrate" of job "migrate" has 1 of limits.cpu/,
    ],
    ['that has run is not', { kind: 'Job' }, undefined],
  ])('the Pod of a migration %s', async (_, job, message) => {
    const given = inputOf();
    const limits = { quotas: [], limitRanges: [bounded('400m')], unseen: [] };
    const { run } = clusterOf({ job });
    const containers = [{ name: 'migrate', resources: { limits: { cpu: '1' } } }];
    const step = {
      kind: 'migrate',
      job: { metadata: { name: 'migrate' }, spec: { template: { spec: { containers } } } },
    };
    const plan = { ...planPromote(given), steps: [step as unknown as Step] };
    const checked = await requireRoom(run, plan, given, limits, new Set()).catch((error: Error) => error.message);
    expect(checked).toEqual(message ? expect.stringMatching(message) : plan);
  });

  test('that the nodes do not have is warned of', async () => {
    const { warnings, log } = await room({ nodes: [SMALL] });
    // The old Pods of green are on no node that is known here, so that they make no room.
    expect(warnings.join()).toContain('there is no room for 2 of 2 new Pods of deployment "shop-green"');
    expect(warnings.join()).toContain('each needs 500m of cpu, and no node has more than 400m left: 100m too little');
    expect(log).toEqual([]);
  });

  test('is not judged by some nodes where there are more', async () => {
    expect((await room({ nodes: [SMALL], more: true })).warnings).toEqual([]);
  });

  test('is looked for on a few nodes at a time, and no longer than it takes to find it', async () => {
    const nodes = [...Array.from({ length: 5 }, (_, index) => node(`s${index}`, { cpu: '1' })), ROOMY, SMALL];
    const { asked } = await room({ nodes: [...nodes.slice(0, 5), ...Array.from({ length: 12 }, () => ROOMY)] });
    const pods = asked.filter(([path]) => path === '/api/v1/pods').map(([, query]) => query?.fieldSelector);
    expect(pods).toHaveLength(10);
    expect(pods[0]).toBe('spec.nodeName=s0,status.phase!=Succeeded,status.phase!=Failed');
    expect(asked.find(([path]) => path === '/api/v1/nodes')).toEqual(['/api/v1/nodes', { limit: '20' }]);
  });

  test('is not looked for when a plan makes nothing', async () => {
    const given = inputOf();
    const { asked, checked, plan } = await room({ quotas: FORBIDDEN, nodes: FORBIDDEN }, given);
    expect(checked).toBe(plan);
    expect(asked.map(([path]) => path)).not.toContain('/api/v1/nodes');
  });

  test.each([
    ['who may not look', FORBIDDEN],
    ['who gets no answer', new UnreachableError('no answer from the server in 30s')],
  ])('is not asked of one %s: one line says so', async (_, error) => {
    const { checked, plan, log } = await room({ quotas: error, nodes: error });
    expect(checked).toBe(plan);
    expect(log).toEqual([
      'info whether the Pods fit is not known: nodes and their pods, resourcequotas cannot be listed',
    ]);
  });
});

describe('a manifest that differs from what is there', () => {
  const green = manifestDeployment('green', 'v2', {
    template: {
      spec: { containers: [{ name: 'shop', image: 'shop:v2', resources: { requests: { cpu: '0.5' } } }] } as never,
    },
  });
  const asked = asLive(
    manifestDeployment('green', 'v2', {
      template: {
        spec: { containers: [{ name: 'shop', image: 'shop:v2', resources: { requests: { cpu: '500m' } } }] } as never,
      },
    }),
  );
  const now = { ...asked, metadata: { ...asked.metadata, uid: 'uid-green' } };
  const given = () => {
    const { deployments } = stateOf();
    const live = new Map([...liveObjects(...manifestObjects()), ['Deployment/shop-green', now]]);
    return inputOf({
      manifests: manifestsOf({ green }),
      live,
      state: stateOf({ deployments: { ...deployments, green: now } }),
    });
  };

  test('only in how it is written makes no Pod, as a dry run of the server says', async () => {
    const { checked, asked: calls } = await room({ quotas: [TIGHT], would: now }, given());
    expect(checked).not.toBeInstanceOf(Error);
    expect(calls.map(([path]) => path)).toContain('apply');
  });

  test.each([
    ['in what it means', { ...now, spec: { ...now.spec, template: { spec: { containers: [] } } } }],
    ['and a server that runs nothing dry', new ApiError(400, 'BadRequest', 'no dry run')],
  ])('%s makes its Pods', async (_, would) => {
    expect((await room({ quotas: [TIGHT], would }, given())).checked).toBeInstanceOf(Error);
  });

  test('only in how it is written needs no room on the nodes either', async () => {
    expect((await room({ nodes: [SMALL], would: now }, given())).warnings).toEqual([]);
  });

  test('is not asked about while there is room', async () => {
    expect((await room({ nodes: [ROOMY] }, given())).asked.map(([path]) => path)).not.toContain('apply');
  });
});
