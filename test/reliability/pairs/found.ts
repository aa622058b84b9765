import type { Step } from './steps.js';

const step = (spec: Step['spec'], more: Partial<Step> = {}): Step => ({
  spec: { colors: { blue: { version: 'v0.1.0' }, green: { version: 'v0.1.0' } }, ...spec },
  trouble: { kind: 'none' },
  verb: 'deploy',
  ...more,
});

const port = (name: string, containerPort: number) => ({
  ports: [{ name, containerPort, servicePort: 80 }],
  env: { PORT: String(containerPort) },
});
const fails = { trouble: { kind: 'version', version: 'v0.5.0' } } as const;

/** Steps of one release that once did not end as the manifests say, by what they are about. */
export const FOUND: Readonly<Record<string, readonly Step[]>> = {
  'a limit, a toleration and an annotation that the next version does not have': [
    step({
      resources: { requests: { cpu: '10m' }, limits: { memory: '128Mi' } },
      tolerations: [{ key: 'spot', operator: 'Exists' }],
      podAnnotations: { 'example.com/note': 'one' },
    }),
    step({ resources: { requests: { cpu: '10m' } } }),
  ],
  'a port that changes after a version that failed': [
    step(port('http', 3000)),
    step(port('http', 4000), fails),
    step(port('web', 3000), fails),
  ],
  'objects that the next version does not have': [
    step({
      podDisruptionBudget: { maxUnavailable: 1 },
      ingress: { hosts: ['shop.test'] },
      networkPolicy: { ingressFrom: [{ podSelector: {} }] },
    }),
    step({}),
  ],
  'a budget that is put back': [
    step({ podDisruptionBudget: { maxUnavailable: 1 } }),
    step({ podDisruptionBudget: { maxUnavailable: '50%' } }, fails),
  ],
  'a NetworkPolicy that the next version does not have, with a port that it did not admit': [
    step({ ...port('http', 3000), networkPolicy: { ingressFrom: [{ podSelector: {} }] } }),
    step(port('http', 4000), { verb: 'promote' }),
  ],
  // The server fills in the field of before, serviceAccount, and takes the name back from there.
  'a ServiceAccount that the next version does not have': [step({ serviceAccount: { create: true } }), step({})],
};
