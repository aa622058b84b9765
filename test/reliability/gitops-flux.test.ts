import { countedTest } from './support/counted.js';
import { testFlows } from './support/gitops-flows.js';

const test = countedTest('gitops-flux', {
  place: 30,
  promise:
    'Under Flux, which reconciles a git repository after each step, traffic is on verified Pods of the version that git names',
  unit: 'ways',
});

testFlows(test, {
  title: "a release that Flux's library applies from a git repository",
  tool: 'flux',
  // On demand alone: a switch between Flux' read and its dry run can be taken back (docs/gitops/flux.md).
  intervalSeconds: 0,
  managedBy: 'is managed by Flux (kustomize.toolkit.fluxcd.io/name: shop)',
  source: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', spec: { prune: true } },
});
