import { countedTest } from './support/counted.js';
import { testFlows } from './support/gitops-flows.js';

const test = countedTest('gitops-argocd', {
  place: 31,
  promise: 'Under Argo CD, with and without selfHeal, traffic is on verified Pods of the version that git names',
  unit: 'ways',
});

for (const selfHeal of [true, false])
  testFlows(test, {
    title: `a release that Argo CD's engine applies from a git repository, with selfHeal: ${selfHeal}`,
    tool: 'argocd',
    managedBy: 'is managed by Argo CD (argocd.argoproj.io: ',
    source: {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      spec: { syncPolicy: { automated: { prune: true, selfHeal } } },
    },
  });
