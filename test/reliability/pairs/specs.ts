import fc from 'fast-check';

/** Changes of the specs' common part, test/e2e/support/release.ts: SPEC. Pods are ready within a second or two. */
export type Changes = Readonly<Record<string, unknown>>;

const maybe = (arbitrary: fc.Arbitrary<Changes>): fc.Arbitrary<Changes> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 3, arbitrary });
const one = <T>(...values: T[]) => fc.constantFrom(...values);
const texts = (...keys: string[]) => fc.dictionary(one(...keys), one('one', 'two', '3', 'true'), { maxKeys: 3 });

/** The application listens where PORT says, and where the Services lead. */
const ports = fc
  .record({
    name: one('http', 'web'),
    port: one(3000, 4000),
    servicePort: one(80, 8080),
    more: fc.subarray([
      { name: 'admin', containerPort: 9000, servicePort: 9000 },
      { name: 'spare', containerPort: 9001 },
    ]),
  })
  .map(({ name, port, servicePort, more }) => ({
    ports: [{ name, containerPort: port, servicePort }, ...more],
    env: { PORT: String(port), MORE_PORTS: more.map(({ containerPort }) => containerPort).join(',') },
  }));

const variables = fc
  .shuffledSubarray<[string, unknown]>([
    ['PLAIN', 'one'],
    ['EMPTY', ''],
    ['COLOR', { releaseField: 'color' }],
    ['POD', { fieldRef: { fieldPath: 'metadata.name' } }],
    ['GREETING_FILE', { configMapKeyRef: { name: 'elsewhere', key: 'a', optional: true } }],
  ])
  .map((entries) => Object.fromEntries(entries));

const resources = one(
  { requests: { cpu: '10m', memory: '16Mi' } },
  { requests: { cpu: '0.01', memory: '16Mi' }, limits: { memory: '128Mi' } },
  { requests: { cpu: '10m' }, limits: { cpu: '1000m', memory: '131072Ki' } },
).map((value) => ({ resources: value }));

const fast = { periodSeconds: 1, initialDelaySeconds: 0 };
const probes = fc.record({
  startupProbe: one<unknown>(fast, { ...fast, failureThreshold: 40 }, false),
  livenessProbe: one<unknown>(fast, { ...fast, timeoutSeconds: 4 }, false),
  readinessProbe: one({ ...fast, successThreshold: 1 }, { ...fast, successThreshold: 1, failureThreshold: 5 }),
});

const scaling = fc.oneof(
  one({ replicas: 1 }, { replicas: 2 }),
  one(1, 2).map((maxReplicas) => ({
    replicas: undefined,
    autoscaling: { minReplicas: 1, maxReplicas, averageCpuUtilizationPercent: 80 },
  })),
);

const parts: fc.Arbitrary<Changes>[] = [
  maybe(resources),
  maybe(probes),
  scaling,
  maybe(
    texts('GREETING', 'LEVEL').chain((data) => one('shared', 'color').map((scope) => ({ config: { scope, data } }))),
  ),
  maybe(texts('example.com/note', 'prometheus.io/scrape').map((podAnnotations) => ({ podAnnotations }))),
  maybe(texts('example.com/owner').map((annotations) => ({ annotations }))),
  maybe(texts('team', 'tier').map((labels) => ({ labels }))),
  maybe(
    fc
      .subarray([
        { key: 'spot', operator: 'Exists' },
        { key: 'gpu', value: 'a', effect: 'NoSchedule' },
      ])
      .map((tolerations) => ({ tolerations })),
  ),
  maybe(
    one(1, 2).map((maxSkew) => ({ topologySpreadConstraints: [{ topologyKey: 'kubernetes.io/hostname', maxSkew }] })),
  ),
  maybe(
    one({ maxUnavailable: 1 }, { maxUnavailable: '50%' }).map((it) => ({
      podDisruptionBudget: it,
    })),
  ),
  maybe(one(['shop.test'], ['shop.test', 'www.shop.test']).map((hosts) => ({ ingress: { hosts } }))),
  maybe(
    one([{ podSelector: {} }], [{ ipBlock: { cidr: '0.0.0.0/0' } }]).map((it) => ({
      networkPolicy: { ingressFrom: it },
    })),
  ),
  maybe(
    fc
      .record({
        type: one('ClusterIP', 'NodePort'),
        annotations: texts('example.com/balancer'),
      })
      .map((service) => ({ service })),
  ),
  maybe(
    one(
      { maxSurge: 1, maxUnavailable: 0 },
      { maxSurge: '50%', maxUnavailable: 1 },
      { maxSurge: 1, replace: 'gradually' },
    ).map((rollout) => ({ rollout })),
  ),
  maybe(
    fc
      .record({ readOnlyRootFilesystem: one<unknown>(true, false, 'unset'), runAsUser: one(1000, 2000) })
      .map((securityContext) => ({ securityContext })),
  ),
  maybe(one(0, 1).map((preStopSeconds) => ({ preStopSeconds }))),
  maybe(one({ create: true }, { create: true, automountToken: true }).map((serviceAccount) => ({ serviceAccount }))),
  maybe(one({ betweenColors: 'preferred' }).map((antiAffinity) => ({ antiAffinity }))),
];

/** Specs that differ from each other in anything that a spec can say. */
export const changes: fc.Arbitrary<Changes> = fc
  .tuple(ports, variables, one('v0.1.0', 'v0.2.0'), ...parts)
  .map(([where, more, version, ...rest]) => {
    const all: Changes = Object.assign({ preStopSeconds: 0, terminationGracePeriodSeconds: 2 }, ...rest);
    return {
      ...all,
      ports: where.ports,
      env: { ...where.env, ...more },
      colors: { blue: { version }, green: { version } },
    };
  });
