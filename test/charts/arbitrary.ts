/** Specs of every shape that a property is to hold for. */
import fc from 'fast-check';
import type { ReleaseInput } from '../../charts/index.js';
import { COLORS } from '../../charts/names.js';

export const releaseName = fc.stringMatching(/^[a-z]([-a-z0-9]{0,53}[a-z0-9])?$/);
const version = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
const labels = fc.dictionary(
  fc.stringMatching(/^example\.com\/[a-z]{1,9}$/),
  version.map((text) => `a${text}a`),
  { maxKeys: 3 },
);
const variables = fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), fc.string({ unit: 'grapheme-ascii' }), {
  maxKeys: 3,
});
const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** @param name - of the release */
export const specs = (
  name = releaseName,
  namespace: fc.Arbitrary<string | undefined> = sometimes(name),
): fc.Arbitrary<ReleaseInput> =>
  fc.record({
    name,
    namespace,
    active: fc.constantFrom(...COLORS),
    image: fc.record({ repository: releaseName }),
    colors: fc.record({ blue: fc.record({ version }), green: fc.record({ version }) }),
    labels,
    config: fc.record({ scope: fc.constantFrom('shared', 'color'), data: variables }),
    ports: fc
      .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 3 })
      .map((numbers) => numbers.map((port, index) => ({ name: `p${index}`, containerPort: port, servicePort: port }))),
    service: fc.record({ type: fc.constantFrom('LoadBalancer', 'NodePort', 'ClusterIP') }),
    autoscaling: sometimes(fc.constant({ maxReplicas: 9, averageCpuUtilizationPercent: 50 })),
    podDisruptionBudget: sometimes(fc.constant({ maxUnavailable: 1 })),
    ingress: sometimes(fc.constant({ hosts: ['a.example.com'], previewHosts: ['b.example.com'] })),
    networkPolicy: sometimes(fc.constant({ ingressFrom: [{ podSelector: { app: 'other' } }] })),
    serviceAccount: sometimes(fc.constant({})),
    antiAffinity: sometimes(fc.constant({ betweenColors: 'required' as const })),
    topologySpreadConstraints: fc.constantFrom([], [{ topologyKey: 'zone' }]),
  });
