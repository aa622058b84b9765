import * as fc from 'fast-check';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import type { Move } from './twins.js';

/**
 * No value is the server's default: the fake has no defaults. No map or list is empty: the server drops most of those.
 */

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const maybe = <T extends object>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | object> =>
  fc.oneof(arbitrary, fc.constant({}));
const labels = fc.dictionary(fc.constantFrom('one', 'two', 'app.kubernetes.io/part-of'), fc.constantFrom('a', 'b'), {
  minKeys: 1,
});
const shuffled = <T>(values: readonly T[]) => fc.shuffledSubarray([...values], { minLength: 1 });

const env = shuffled(['A', 'B', 'C', 'D']).chain((names) =>
  fc.tuple(...names.map((name) => fc.constantFrom('1', '2').map((value) => ({ name, value })))),
);

const ports = shuffled([
  { name: 'http', containerPort: 3000 },
  { name: 'web', containerPort: 3000 },
  { name: 'http', containerPort: 4000 },
  { name: 'dns', containerPort: 53, protocol: 'UDP' },
]);

const container = (name: string) =>
  fc
    .tuple(
      fc.constantFrom('1', '2', '3').map((tag) => ({ name, image: `example.com/${name}:${tag}` })),
      maybe(env.map((all) => ({ env: all }))),
      maybe(ports.map((all) => ({ ports: all }))),
      maybe(fc.constantFrom(['a'], ['a', 'b']).map((args) => ({ args }))),
      maybe(
        some(['cpu', 'memory']).map((names) => ({
          resources: { limits: Object.fromEntries(names.map((one) => [one, '64Mi'])) },
        })),
      ),
      maybe(fc.constantFrom('/', '/ready').map((path) => ({ readinessProbe: { httpGet: { path, port: 3000 } } }))),
      maybe(fc.constantFrom('/tmp', '/var').map((mountPath) => ({ volumeMounts: [{ name: 'tmp', mountPath }] }))),
      maybe(fc.constantFrom(1000, 2000).map((runAsUser) => ({ securityContext: { runAsUser } }))),
    )
    .map((parts) => Object.assign({}, ...parts) as { name: string; image: string });

const podSpec = fc
  .tuple(
    fc
      .constantFrom(['app'], ['app', 'side'], ['side', 'app'])
      .chain((names) => fc.tuple(...names.map(container)).map((containers) => ({ containers }))),
    fc.constant({ volumes: [{ name: 'tmp', emptyDir: {} }] }),
    maybe(some(['a', 'b']).map((keys) => ({ tolerations: keys.map((key) => ({ key, operator: 'Exists' })) }))),
    maybe(labels.map((nodeSelector) => ({ nodeSelector }))),
    maybe(some(['x', 'y']).map((names) => ({ imagePullSecrets: names.map((name) => ({ name })) }))),
    maybe(
      fc.constantFrom(2, 3).map((maxSkew) => ({
        topologySpreadConstraints: [{ maxSkew, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
      })),
    ),
  )
  .map((parts) => Object.assign({}, ...parts));

/** Paused, so that no Pods are made of it. */
const deployment = (name: string): fc.Arbitrary<KubernetesObject> =>
  fc
    .record({
      labels,
      annotations: labels,
      templateLabels: labels,
      spec: podSpec,
      more: maybe(fc.constantFrom(5, 6).map((minReadySeconds) => ({ minReadySeconds }))),
      replicas: maybe(fc.constantFrom(2, 3).map((replicas) => ({ replicas }))),
      app: fc.constantFrom('app', 'app', 'app', 'app', 'app', 'app', 'other'),
    })
    .map((it) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, labels: it.labels, annotations: it.annotations },
      spec: {
        paused: true,
        selector: { matchLabels: { app: it.app } },
        template: { metadata: { labels: { ...it.templateLabels, app: it.app } }, spec: it.spec },
        ...it.more,
        ...it.replicas,
      },
    }));

const service = (name: string): fc.Arbitrary<KubernetesObject> =>
  fc
    .record({
      labels,
      selector: labels,
      ports: fc.shuffledSubarray(
        [
          { name: 'http', port: 80, targetPort: 3000 },
          { name: 'http', port: 8080, targetPort: 'http' },
          { name: 'web', port: 80, targetPort: 4000 },
          { name: 'dns', port: 80, targetPort: 53, protocol: 'UDP' },
          { port: 9090, targetPort: 9091 },
        ],
        { minLength: 1 },
      ),
      more: maybe(fc.constant({ publishNotReadyAddresses: true })),
    })
    .map((it) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels: it.labels },
      spec: { selector: it.selector, ports: it.ports, ...it.more },
    }));

const MANAGERS = ['bluegreen', 'other'] as const;

/** Any of the ways in which objects are written. */
function moves(objects: fc.Arbitrary<KubernetesObject>, scales: boolean): fc.Arbitrary<Move> {
  const manager = fc.constantFrom('kubectl-edit', 'bluegreen');
  const metadata = fc.record({
    labels,
    annotations: fc.dictionary(fc.constantFrom('one', 'two'), fc.constantFrom('c', null)),
  });
  const change = objects.chain(({ metadata: { labels: own }, ...rest }) =>
    fc.subarray(Object.keys((rest as { spec?: object }).spec ?? {})).map((names) => {
      const spec = (rest as unknown as { spec: Record<string, unknown> }).spec;
      return { metadata: { labels: own }, spec: Object.fromEntries(names.map((name) => [name, spec[name]])) };
    }),
  );
  const applies = fc.record({
    verb: fc.constant('apply' as const),
    manager: fc.constantFrom(...MANAGERS),
    force: fc.boolean(),
    dryRun: fc.constantFrom(false, false, false, true),
    object: objects,
  });
  return fc.oneof(
    { arbitrary: applies, weight: 5 },
    fc.record({
      verb: fc.constant('merge' as const),
      manager,
      patch: fc.oneof(
        change,
        metadata.map((it) => ({ metadata: it })),
      ),
    }),
    fc.record({
      verb: fc.constant('replace' as const),
      manager,
      change: change.map(({ spec }) => (live: KubernetesObject) => {
        const before = live as KubernetesObject & { spec?: object };
        return { ...before, spec: { ...before.spec, ...spec } };
      }),
    }),
    ...(scales
      ? [
          fc.record({
            verb: fc.constant('merge' as const),
            manager,
            scale: fc.constant(true),
            patch: fc.constantFrom(0, 2, 3, 4).map((replicas) => ({ spec: { replicas } })),
          }),
          fc.record({
            verb: fc.constant('strategic' as const),
            manager,
            patch: container('app').map(({ name, image }) => ({
              spec: { template: { spec: { containers: [{ name, image }] } } },
            })),
          }),
        ]
      : []),
    fc.record({
      verb: fc.constant('json' as const),
      manager,
      patch: fc.constantFrom('a', 'b').map((value) => [{ op: 'add', path: '/metadata/labels', value: { one: value } }]),
    }),
    // Preconditions that do not hold.
    applies.chain((apply) =>
      fc
        .constantFrom({ uid: '11111111-1111-1111-1111-111111111111' }, { resourceVersion: '5' })
        .map((asked) => ({ ...apply, object: { ...apply.object, metadata: { ...apply.object.metadata, ...asked } } })),
    ),
  );
}

export const deploymentMoves = (name: string) =>
  fc.array(moves(deployment(name), true), { minLength: 2, maxLength: 8 });
export const serviceMoves = (name: string) => fc.array(moves(service(name), false), { minLength: 2, maxLength: 8 });
