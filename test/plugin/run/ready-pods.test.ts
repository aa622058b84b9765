import { expect, test } from '@jest/globals';
import type { Deployment } from '../../../plugin/core/kubernetes.js';
import { readyPods } from '../../../plugin/run/ready-pods.js';
import { fakeRun, GREEN } from '../fake-run.js';

test('a color whose Deployment is being deleted gets no traffic, unless any Pod will do', async () => {
  const run = fakeRun();
  const live = run.api.at<Deployment>(GREEN) as Deployment;
  run.api.put({ ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-02T03:04:05Z' } });
  await expect(readyPods(run, 'green')).rejects.toThrow('deployment "shop-green" is being deleted since');
  expect(await readyPods(run, 'green', { prepared: 1, all: false })).toHaveLength(2);
});
