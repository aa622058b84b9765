import { countedTest } from './support/counted.js';
import { testFlows } from './support/gitops-flows.js';

const test = countedTest('gitops-flux', {
  place: 30,
  promise:
    'Under Flux, which reconciles a git repository every 0.2 s, traffic is on verified Pods of the version that git names',
  unit: 'ways',
});

testFlows(test, {
  title: "a release that Flux's library applies from a git repository",
  tool: 'flux',
  // Far more often than Flux would: between its reads and its writes there is room for a switch.
  intervalSeconds: 0.2,
  managedBy: 'is managed by Flux (kustomize.toolkit.fluxcd.io/name: shop)',
  source: { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', spec: { prune: true } },
});
