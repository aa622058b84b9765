import { expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { findLimitRangeRefusals } from '../../plugin/plan/capacity/limit-range.js';
import type { LimitRange, PodNeeds, ResourceRequirements } from '../../plugin/plan/capacity/objects.js';
import { createNamespace, deleteNamespace, getJson, run } from '../e2e/support/cluster.js';
import { until } from '../e2e/support/until.js';
import { recordFigure } from './support/figures.js';
import { rounds, SOAK } from './support/soak.js';

jest.setTimeout(SOAK ? 3_600_000 : 300_000);

const ROUNDS = rounds(10, 300);
const FIRST_SEED = SOAK ? Date.now() % 1_000_000 : 11;

const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const cpu = sometimes(fc.constantFrom('10m', '0.1', '150m', '200m', '1', '2').map((amount) => ({ cpu: amount })));
const ratio = sometimes(fc.constantFrom('1', '1500m', '2', '10').map((amount) => ({ cpu: amount })));

const defaults = { type: fc.constant('Container'), default: cpu, defaultRequest: cpu };
const bounds = { min: cpu, max: cpu, maxLimitRequestRatio: ratio };
const limits = fc.oneof(
  fc.tuple(fc.record({ ...defaults, ...bounds })),
  fc.tuple(fc.record({ type: fc.constant('Pod'), ...bounds })),
  fc.tuple(fc.record(defaults), fc.record({ type: fc.constant('Pod'), ...bounds })),
);

const container = fc.record({
  image: fc.constant('engine-ops:v0.1.0'),
  resources: fc.record({ requests: cpu, limits: cpu }) as fc.Arbitrary<ResourceRequirements>,
});
const initContainer = fc
  .tuple(container, fc.constantFrom('Always', undefined))
  .map(([own, restartPolicy]) => ({ ...own, restartPolicy }));
const named = <T extends object>(containers: readonly T[], letter: string) =>
  containers.map((own, index) => ({ ...own, name: `${letter}${index}` }));
const podSpec: fc.Arbitrary<PodNeeds> = fc
  .tuple(fc.array(container, { minLength: 1, maxLength: 2 }), fc.array(initContainer, { maxLength: 2 }))
  .map(([containers, initContainers]) => ({
    containers: named(containers, 'c'),
    initContainers: named(initContainers, 'i'),
  }));

const create = (object: object, ...flags: string[]) =>
  run(['kubectl', 'create', ...flags, '-f', '-'], { input: JSON.stringify(object) });

/** Indexes of the Pods that the API server would create, by a dry run of them all. */
async function created(namespace: string, specs: readonly PodNeeds[]): Promise<Set<number>> {
  const items = specs.map((spec, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `p-${index}`, namespace },
    spec,
  }));
  const { stdout } = await create({ apiVersion: 'v1', kind: 'List', items }, '--dry-run=server');
  return new Set([...stdout.matchAll(/^pod\/p-(\d+) created/gm)].map(([, index]) => Number(index)));
}

/** Makes the first of the LimitRanges that the server takes: some contradict themselves. */
async function createRange(namespace: string, seed: number): Promise<LimitRange> {
  const metadata = { name: 'bounds', namespace };
  for (const items of fc.sample(limits, { seed, numRuns: 20 })) {
    const range = { apiVersion: 'v1', kind: 'LimitRange', metadata, spec: { limits: items } };
    if ((await create(range)).exitCode === 0) break;
  }
  return getJson<LimitRange>('limitrange', 'bounds', '-n', namespace);
}

interface Compared {
  readonly pods: number;
  readonly refused: number;
  readonly wrong: readonly object[];
}

/** Asks the server and the plan about the same Pods. */
async function compare(seed: number): Promise<Compared> {
  const namespace = await createNamespace('bounds');
  try {
    await until(async () => (await run(['kubectl', 'get', 'sa/default', '-n', namespace])).exitCode === 0);
    // Without a LimitRange the server says which of the Pods are valid at all.
    const all = fc.sample(podSpec, { seed, numRuns: 40 });
    const isValid = await created(namespace, all);
    const pods = all.filter((_, index) => isValid.has(index));
    const range = await createRange(namespace, seed);
    const isCreated = await created(namespace, pods);
    const wrong = pods.flatMap((pod, index) => {
      const refusals = findLimitRangeRefusals([{ owner: 'it', pod }], [range]);
      return refusals.length > 0 === isCreated.has(index) ? [{ seed, limits: range.spec?.limits, pod, refusals }] : [];
    });
    return { pods: pods.length, refused: pods.length - isCreated.size, wrong };
  } finally {
    await deleteNamespace(namespace);
  }
}

test(`${ROUNDS} generated LimitRanges: a plan refuses the Pods that the API server refuses, and no others`, async () => {
  let [tried, refused] = [0, 0];
  const wrong: object[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const compared = await compare(FIRST_SEED + round);
    tried += compared.pods;
    refused += compared.refused;
    wrong.push(...compared.wrong);
  }
  recordFigure('limit-ranges', {
    place: 8,
    promise: 'a Pod that a LimitRange does not admit is refused before anything changes, and no other is',
    tried,
    held: tried - wrong.length,
    unit: `generated Pods under ${ROUNDS} LimitRanges`,
    also: `${refused} refused by the server; seeds from ${FIRST_SEED}`,
  });
  expect(wrong).toEqual([]);
  // The generator reaches both answers.
  expect(Math.min(refused, tried - refused)).toBeGreaterThan(tried / 20);
});
