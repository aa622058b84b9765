import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRelease, type ReleaseInput } from '../../charts/index.js';
import { COLORS } from '../../charts/names.js';
import { type KubernetesObject, objectsOf } from './support.js';

type Labels = Readonly<Record<string, string>>;

const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,53}[a-z0-9])?$/);
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

const spec: fc.Arbitrary<ReleaseInput> = fc.record({
  name,
  namespace: sometimes(name),
  active: fc.constantFrom(...COLORS),
  image: fc.record({ repository: name }),
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

const selects = (selector: Labels, pod: Labels) => Object.entries(selector).every(([key, value]) => pod[key] === value);
const identity = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata.name}`;

/** Each selector of an object and the colors whose Pods it must select, no others. */
function selectors(object: KubernetesObject, active: string): [Labels, string[]][] {
  const own = object.metadata.labels.version;
  const serviceType = object.metadata.labels['service-type'];
  const idle = active === 'blue' ? 'green' : 'blue';
  switch (object.kind) {
    case 'Service':
      return [[object.spec.selector, [own ?? (serviceType === 'active' ? active : idle)]]];
    case 'Deployment':
    case 'PodDisruptionBudget':
      return [[object.spec.selector.matchLabels, [own ?? 'none']]];
    case 'NetworkPolicy':
      return [[object.spec.podSelector.matchLabels, [...COLORS]]];
    default:
      return [];
  }
}

test('selectors of any release match the Pods that they are for, and no others', () => {
  fc.assert(
    fc.property(spec, (input) => {
      const release = parseRelease(JSON.stringify(input), 'spec.yaml');
      const objects = objectsOf(release);
      const pods = objects
        .filter(({ kind }) => kind === 'Deployment')
        .map((deployment) => deployment.spec.template.metadata.labels as Labels);
      expect(pods.map((pod) => pod.version)).toEqual(COLORS);

      for (const object of objects) {
        for (const [selector, colors] of selectors(object, release.active)) {
          expect(pods.filter((pod) => selects(selector, pod)).map((pod) => pod.version)).toEqual(colors);
        }
      }
      // A Deployment's selector cannot be changed: nothing but the name and the color may be in it.
      for (const color of COLORS) {
        const deployment = objects.find((object) => identity(object) === `Deployment/${release.name}-${color}`);
        expect(deployment?.spec.selector).toEqual({ matchLabels: { app: release.name, version: color } });
      }
      expect(new Set(objects.map(identity)).size).toBe(objects.length);
      expect(
        objects.every(
          ({ metadata }) => metadata.namespace === input.namespace && metadata.name.length <= 63 + '-config'.length,
        ),
      ).toBe(true);
    }),
    { numRuns: 30 },
  );
});
