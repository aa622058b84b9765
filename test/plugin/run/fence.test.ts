import { describe, expect, jest, test } from '@jest/globals';
import { PROMOTING_ANNOTATION } from '../../../charts/names.js';
import { BluegreenError, LostRaceError, RefusedError } from '../../../plugin/core/errors.js';
import type { Deployment, Service } from '../../../plugin/core/kubernetes.js';
import { planCleanup } from '../../../plugin/plan/cleanup.js';
import { guardOf } from '../../../plugin/plan/operation.js';
import type { Step } from '../../../plugin/plan/steps.js';
import { readyPods } from '../../../plugin/run/ready-pods.js';
import { patchDeployment } from '../../../plugin/steps/actions/objects.js';
import { scaleDown } from '../../../plugin/steps/actions/scale-down.js';
import { overlapTraffic } from '../../../plugin/traffic/overlap/overlap.js';
import { switchTraffic } from '../../../plugin/traffic/selector/switch.js';
import { stateOf } from '../cluster-objects.js';
import { ACTIVE, type FakeRun, fakeRun, GREEN } from '../fake-run.js';
import { overlappingState } from '../overlapping.js';
import { type Party, playAll } from '../schedules.js';
import { IDLE, REQUEST, selected } from '../switching.js';

jest.setTimeout(120_000);

const matters = (path: string) => path === ACTIVE || path === GREEN;
const replicas = (run: FakeRun) => run.api.at<Deployment>(GREEN)?.spec.replicas;

/** Somebody moves traffic to green, which a plan has prepared with 2 replicas and verified. */
const switching =
  (run: FakeRun): Party =>
  (api) => {
    const own = { ...run, api: api as FakeRun['api'], operationId: 'op-3' };
    const recheck = async () => void (await readyPods(own, 'green', { prepared: 2 }));
    return switchTraffic(own, { ...REQUEST, recheck });
  };

/** The same by way of both colors. */
const overlapping =
  (run: FakeRun): Party =>
  (api) => {
    const own = { ...run, api: api as FakeRun['api'], operationId: 'op-3' };
    const recheck = async () => void (await readyPods(own, 'green', { prepared: 2 }));
    const overlap = { holdSeconds: 0, timeoutSeconds: 300 };
    return overlapTraffic(own, { ...REQUEST, toVersion: 'v2', recheck }, overlap);
  };

/** Somebody else, who does not see a Lease of the other, keeps so many replicas of green. */
const cleaning =
  (run: FakeRun, keep: number): Party =>
  async (api) => {
    const { deployments, ...state } = stateOf();
    const green = await api.get<Deployment>(GREEN);
    const seen = { ...state, deployments: { ...deployments, green } };
    const { steps } = planCleanup({ state: seen, autoscalers: [], keep, afterSeconds: 0 });
    return scaleDown({ ...run, api: api as FakeRun['api'] }, steps.at(-1) as Step & { kind: 'scale-down' });
  };

/** Traffic was on green without the replicas that were prepared, at whatever moment. */
interface World extends FakeRun {
  torn: boolean;
}

function makeWorld(drop?: string): World {
  const world: World = { ...fakeRun(), torn: false };
  const { patch } = world.api;
  // The control: without a mark of the fence the same orders must do harm.
  world.api.patch = async (path, body, options) =>
    drop && JSON.stringify(body).includes(`kubectl-bluegreen.dev/${drop}`) && !('spec' in body)
      ? (world.api.at(path) as never)
      : patch(path, body, options);
  const usual = world.api.after;
  world.api.after = (call) => {
    usual(call);
    world.torn ||= selected(world)?.version !== 'blue' && replicas(world) !== 2;
  };
  return world;
}

/** A controller writes a status just before green is first scaled down, so that the cleanup begins again. */
function makeBusyWorld(): World {
  const world = makeWorld();
  let isFirst = true;
  world.api.before = ({ verb, path, body }) => {
    if (verb !== 'patch' || path !== GREEN || !Object.hasOwn(body as object, 'spec') || !isFirst) return;
    isFirst = false;
    world.api.put({ ...(world.api.at<Deployment>(GREEN) as Deployment) });
  };
  return world;
}

describe('a switch to a color and a cleanup of it', () => {
  test.each([
    ['alone', 0, () => makeWorld(), Number.POSITIVE_INFINITY],
    ['with one kept', 1, () => makeWorld(), Number.POSITIVE_INFINITY],
    // All orders of this one take a quarter of a minute, and hold.
    ['while a controller writes', 0, makeBusyWorld, 400],
  ])('never both take effect, in whatever order their requests arrive, %s', async (_, keep, make, most) => {
    const parties = (run: FakeRun) => [switching(run), cleaning(run, keep)];
    const endings = await playAll(make, parties, matters, most);
    expect(endings.length).toBeGreaterThan(70);
    for (const { world, order, errors } of endings) {
      const [switchError, cleanupError] = errors;
      const seen = { order, torn: world.torn, version: selected(world)?.version, replicas: replicas(world) };
      if (switchError === undefined) {
        expect(seen).toEqual({ order, torn: false, version: 'green', replicas: 2 });
        expect(cleanupError).toBeInstanceOf(LostRaceError);
      } else {
        expect(seen).toEqual({ order, torn: false, version: 'blue', replicas: keep });
        expect(switchError).toBeInstanceOf(RefusedError);
        expect(cleanupError).toBeUndefined();
      }
    }
    const won = (party: number) => endings.filter(({ errors }) => errors[party] === undefined).length;
    expect([won(0) > 0, won(1) > 0, won(0) + won(1)]).toEqual([true, true, endings.length]);
  });
});

describe('a switch by way of both colors and a cleanup of the one that it goes to', () => {
  test('never both take effect, in whatever order their requests arrive', async () => {
    const parties = (run: FakeRun) => [overlapping(run), cleaning(run, 0)];
    const endings = await playAll(makeWorld, parties, matters, 300);
    for (const { world, order, errors } of endings) {
      const [switchError, cleanupError] = errors;
      const seen = { order, torn: world.torn, version: selected(world)?.version, replicas: replicas(world) };
      if (switchError === undefined) {
        expect(seen).toEqual({ order, torn: false, version: 'green', replicas: 2 });
        expect(cleanupError).toBeInstanceOf(BluegreenError);
      } else {
        expect(seen).toEqual({ order, torn: false, version: 'blue', replicas: 0 });
        expect(switchError).toBeInstanceOf(RefusedError);
      }
    }
    const won = endings.filter(({ errors }) => errors[0] === undefined).length;
    expect([won > 0, won < endings.length]).toEqual([true, true]);
  });

  test('without its mark some orders tear traffic: the test would see it', async () => {
    const parties = (run: FakeRun) => [overlapping(run), cleaning(run, 0)];
    const endings = await playAll(() => makeWorld('promoting'), parties, matters, 300);
    expect(endings.filter(({ world }) => world.torn).length).toBeGreaterThan(0);
  });

  test.each(['blue', 'green'] as const)('while both have the traffic %s is not scaled down', async (idle) => {
    const run = fakeRun({ state: overlappingState() });
    const active = idle === 'blue' ? 'green' : 'blue';
    const guard = guardOf(run.api.at(ACTIVE) as Service);
    const step = { kind: 'scale-down', service: 'shop-active', guard, active, idle } as const;
    const deployment = `shop-${idle}`;
    await expect(scaleDown(run, { ...step, deployment, from: 2, to: 0, promoting: undefined })).rejects.toThrow(
      'leads to both blue and green',
    );
  });
});

test.each(['promoting', 'cleanup'])(
  'without the mark "%s" some orders tear traffic: the test would see it',
  async (mark) => {
    const parties = (run: FakeRun) => [switching(run), cleaning(run, 0)];
    const endings = await playAll(() => makeWorld(mark), parties, matters);
    expect(endings.filter(({ world }) => world.torn).length).toBeGreaterThan(0);
  },
);

const image = (run: FakeRun) => run.api.at<Deployment>(GREEN)?.spec.template.spec.containers[0]?.image;
const PREPARED = 'registry.example:5000/shop:v0';

/** Somebody moves traffic to green as it is; Pods of another image are another template, which the switch would see. */
const switchingAsItIs =
  (run: FakeRun): Party =>
  (api) => {
    const own = { ...run, api: api as FakeRun['api'], operationId: 'op-3' };
    const recheck = async () => {
      const { spec } = await api.get<Deployment>(GREEN);
      if (spec.template.spec.containers[0]?.image !== PREPARED) throw new LostRaceError('another template');
    };
    return switchTraffic(own, { ...REQUEST, recheck });
  };

/** Somebody else, whose run was suspended before the request and has no Lease any more, deploys to green. */
const deploying =
  (run: FakeRun): Party =>
  async (api) => {
    const own = { ...run, api: api as FakeRun['api'] };
    const { metadata } = await api.get<Deployment>(GREEN);
    const idle = { ...IDLE, promoting: metadata.annotations?.[PROMOTING_ANNOTATION] };
    await patchDeployment(own, 'shop-green', { image: { container: 'shop', image: 'shop:v9' } }, idle);
  };

/** Traffic was on green with what nobody has verified, at whatever moment. */
function makeDeployWorld(drop?: string): World {
  const world = makeWorld(drop);
  const usual = world.api.after;
  world.api.after = (call) => {
    usual(call);
    world.torn = selected(world)?.version === 'green' && image(world) !== PREPARED;
  };
  return world;
}

test('a switch to a color and a deploy to it never both take effect, in whatever order their requests arrive', async () => {
  const parties = (run: FakeRun) => [switchingAsItIs(run), deploying(run)];
  const endings = await playAll(() => makeDeployWorld(), parties, matters);
  expect(endings.length).toBeGreaterThan(70);
  for (const { world, order, errors } of endings) {
    const [switchError, deployError] = errors;
    const seen = { order, torn: world.torn, version: selected(world)?.version, image: image(world) };
    const hasSwitched = switchError === undefined;
    expect(seen).toEqual({
      order,
      torn: false,
      version: hasSwitched ? 'green' : 'blue',
      image: hasSwitched ? PREPARED : 'shop:v9',
    });
    expect(hasSwitched ? deployError : switchError).toBeInstanceOf(LostRaceError);
    expect(hasSwitched ? switchError : deployError).toBeUndefined();
  }
});

test.each(['promoting', 'cleanup'])('without the mark "%s" some orders put a deploy on the traffic', async (mark) => {
  const parties = (run: FakeRun) => [switchingAsItIs(run), deploying(run)];
  const endings = await playAll(() => makeDeployWorld(mark), parties, matters);
  expect(endings.filter(({ world }) => world.torn).length).toBeGreaterThan(0);
});
