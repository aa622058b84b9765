import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { stringify } from 'yaml';
import { connectApi } from '../../plugin/kube/api.js';
import { createNamespace, deleteNamespace } from '../e2e/support/cluster.js';
import { createRelease } from '../e2e/support/release.js';
import { FOUND } from './pairs/found.js';
import { play, type Stage } from './pairs/play.js';
import { type Step, stepsOf } from './pairs/steps.js';
import { type SharedProxy, startSharedProxy } from './races/api.js';
import { startFaultyServer } from './support/faulty-server.js';
import { recordFigure } from './support/figures.js';
import { rounds, SOAK } from './support/soak.js';

/** 500 pairs on demand, or as many as BLUEGREEN_PAIRS says. */
const PAIRS = Number(process.env.BLUEGREEN_PAIRS ?? rounds(60, 500));
const SEED = Number(process.env.BLUEGREEN_SEED ?? (SOAK ? Date.now() % 2 ** 31 : 20_261_128));

jest.setTimeout(SOAK ? 7_200_000 : 900_000);

let proxy: SharedProxy;
let stage: Stage;

beforeAll(async () => {
  proxy = await startSharedProxy();
  const release = await createRelease('pairs', BASE);
  stage = {
    api: connectApi(proxy.http, 30_000),
    release,
    server: await startFaultyServer(),
    scratch: await createNamespace('pairs-scratch'),
  };
  await release.install();
});
afterAll(async () => {
  await stage?.server.stop();
  await stage?.release.remove();
  if (stage) await deleteNamespace(stage.scratch);
  proxy?.stop();
});

/** A check that fails at once. */
const BASE = {
  replicas: 1,
  preStopSeconds: 0,
  terminationGracePeriodSeconds: 2,
  checks: [{ name: 'health', path: '/api/v1/health', timeoutSeconds: 2, retries: 1 }],
};

describe('what an earlier run of this test found', () => {
  test.each(Object.entries(FOUND))('%s', async (_, steps) => {
    for (const step of steps) await play(stage, step);
  });
});

test(`after each of ${PAIRS} versions the cluster is as the manifests say, after each failure as it was`, async () => {
  const steps = stepsOf(SEED, PAIRS);
  const failures: string[] = [];
  let held = 0;
  for (const [index, step] of steps.entries()) {
    try {
      await play(stage, step);
      held += 1;
    } catch (error) {
      failures.push(report(index, steps, error as Error));
      if (failures.length >= MAX_FAILURES) break;
    }
  }
  recordFigure('pairs', {
    place: 3,
    promise:
      'What the manifests say is what runs after a deploy, whatever ran before; after a failure it is what was before',
    tried: held + failures.length,
    held,
    unit: 'pairs of generated specs',
  });
  expect(failures.join('\n\n')).toBe('');
});

/** The steps after a failure begin with what it left, and may fail for that. */
const MAX_FAILURES = 3;

/** With both specs, so that the pair can become one of those that were found. */
function report(index: number, steps: readonly Step[], { message }: Error): string {
  const pair = steps.slice(Math.max(0, index - 1), index + 1);
  const again = `BLUEGREEN_SEED=${SEED} BLUEGREEN_PAIRS=${index + 1}`;
  return `step ${index} (${again}):\n${stringify(pair, { aliasDuplicateObjects: false })}\n${message}`;
}
