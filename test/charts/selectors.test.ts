import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRelease } from '../../charts/index.js';
import { COLORS } from '../../charts/names.js';
import { migrationsJob } from '../../charts/objects/migrations.js';
import { specs } from './arbitrary.js';
import { type KubernetesObject, objectsOf } from './support.js';

type Labels = Readonly<Record<string, string>>;

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
    fc.property(specs(), (input) => {
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

test('a NetworkPolicy selects the Pods of both colors and of the migrations, and no other workload of its label', () => {
  fc.assert(
    fc.property(specs(), specs(), (input, other) => {
      fc.pre(input.name !== other.name);
      const networkPolicy = { ingressFrom: [{ namespaceSelector: {} }] };
      const ofMigrations = { ...input, networkPolicy, migrations: { args: ['up'], env: {} } };
      const [own, foreign] = [ofMigrations, other].map((one) =>
        objectsOf(parseRelease(JSON.stringify(one), 'spec.yaml')),
      );
      const policy = own?.find(({ kind }) => kind === 'NetworkPolicy');
      const isSelected = (labels: Labels) => selects(policy?.spec.podSelector.matchLabels, labels);
      const podLabels = (objects: readonly KubernetesObject[] | undefined): Labels[] =>
        (objects ?? []).flatMap(({ kind, spec }) => (kind === 'Deployment' ? [spec.template.metadata.labels] : []));
      const job = migrationsJob(parseRelease(JSON.stringify(ofMigrations), 'spec.yaml'));
      const pods = [...podLabels(own), job?.spec.template.metadata.labels ?? {}];
      expect(pods.map(isSelected)).toEqual([true, true, true]);
      expect(podLabels(foreign).map(isSelected)).toEqual([false, false]);
      expect(isSelected({ ...input.labels, app: input.name, version: 'canary' })).toBe(false);
      // A name is a port of each Pod's own, whatever its number.
      const [rule] = policy?.spec.ingress ?? [];
      expect(rule.ports.map(({ port }: { port: string | number }) => port)).toEqual([
        ...(input.ports ?? []).map(({ name }) => name),
        ...(input.ports ?? []).map(({ containerPort }) => containerPort),
      ]);
    }),
    { numRuns: 15 },
  );
});
