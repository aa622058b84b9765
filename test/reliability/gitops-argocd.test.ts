import { countedTest } from './support/counted.js';
import { testFlows } from './support/gitops-flows.js';

const test = countedTest('gitops-argocd', {
  place: 31,
  promise:
    'Under Argo CD, with and without selfHeal and server-side apply, traffic is on verified Pods of the version that git names',
  unit: 'ways',
});

const WAYS = [
  { with: 'selfHeal', automated: { prune: true, selfHeal: true } },
  { with: 'no selfHeal', automated: { prune: true, selfHeal: false } },
  {
    with: 'selfHeal, ServerSideApply, and tracking by label',
    automated: { prune: true, selfHeal: true },
    syncOptions: ['ServerSideApply=true'],
    flags: ['--track-by-label'],
  },
];

for (const { with: way, flags = [], ...syncPolicy } of WAYS)
  testFlows(test, {
    title: `a release that Argo CD's engine applies from a git repository, with ${way}`,
    tool: 'argocd',
    flags,
    managedBy: `is managed by Argo CD (${flags.length > 0 ? 'app.kubernetes.io/instance' : 'argocd.argoproj.io'}: `,
    source: { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', spec: { syncPolicy } },
  });
