import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { kubectl } from '../e2e/support/cluster.js';
import { countedTest } from './support/counted.js';
import { testFlows } from './support/gitops-flows.js';
import { createGitOpsRelease, type GitOpsOptions, type GitOpsRelease, printedRules } from './support/gitops-release.js';

const test = countedTest('gitops-flux', {
  place: 30,
  promise:
    'Under Flux, which reconciles a git repository every 2 s, traffic is on verified Pods of the version that git names',
  unit: 'ways',
});

const FLUX: GitOpsOptions = {
  tool: 'flux',
  source: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', spec: { prune: true } },
};

testFlows(test, {
  ...FLUX,
  title: "a release that Flux's library applies from a git repository",
  managedBy: 'is managed by Flux (kustomize.toolkit.fluxcd.io/name: shop)',
});

// About one of three such switches falls between Flux' read of the Service and its apply, which then takes it back.
describe('a release that Flux applies all the time, while git names the color that traffic leaves', () => {
  let release: GitOpsRelease;

  beforeAll(async () => {
    release = await createGitOpsRelease({ ...FLUX, intervalSeconds: 0.05 });
    await release.tool.reconcile();
    for (const color of ['blue', 'green'])
      await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=120s');
    await release.setRules(await printedRules('flux', release.namespace));
    await release.tool.reconcile();
  });
  afterAll(() => release?.remove());

  test('is switched 8 times, and stays each time where it was moved', async () => {
    for (let index = 0; index < 8; index++) {
      expect(await release.bluegreen('promote', '--yes')).toExitWith(0);
      await release.tool.reconcile();
      expect(await release.colors()).toEqual({ active: 'green', preview: 'blue' });
      expect(await release.bluegreen('rollback')).toExitWith(0);
      expect(await release.colors()).toEqual({ active: 'blue', preview: 'green' });
    }
  });
});
