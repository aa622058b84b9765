import { describe, expect, test } from '@jest/globals';
import { configMaps, secrets, serviceAccounts } from '../../../../../plugin/commands/doctor/examinations/references.js';
import type { ContainerDetail, PodSpecDetail } from '../../../../../plugin/plan/pod-spec.js';
import { detailed, factsOf, healthyState } from '../facts.js';

const { deployments } = healthyState();
const [own] = detailed('green', 'v0').spec.template.spec.containers as [ContainerDetail];
const green = (spec: Partial<PodSpecDetail>, container: Partial<ContainerDetail> = {}) => ({
  deployments: { ...deployments, green: detailed('green', 'v0', { containers: [{ ...own, ...container }], ...spec }) },
});

describe('what Pods refer to', () => {
  test('is there', () => {
    for (const { examine } of [configMaps, secrets, serviceAccounts]) expect(examine(factsOf())).toEqual([]);
  });

  test("the release's own ConfigMap comes back from the manifests", () => {
    const facts = factsOf({ configMaps: new Map([['shop-config', undefined]]), filenames: ['out/'] });
    expect(configMaps.examine(facts)).toEqual([
      expect.objectContaining({
        id: 'missing-config-map',
        affects: 'traffic',
        fix: 'kubectl bluegreen deploy shop -f out/ -n store --context=prod',
        evidence: ['deployment.apps/shop-blue refers to it', 'deployment.apps/shop-green refers to it'],
      }),
    ]);
  });

  test('a key of it comes back when shared objects are applied as well', () => {
    const facts = factsOf({ configMaps: new Map([['shop-config', new Set<string>()]]) });
    expect(configMaps.examine(facts)[0]).toMatchObject({
      id: 'missing-config-map-key',
      what: 'configmap "shop-config" lacks A',
      fix: expect.stringContaining('--apply-shared'),
    });
  });

  test.each<[string, PodSpecDetail['volumes'], Partial<ContainerDetail>]>([
    ['a volume', [{ name: 'v', configMap: { name: 'extra' } }], {}],
    ['a projected volume', [{ name: 'v', projected: { sources: [{ configMap: { name: 'extra' } }] } }], {}],
    ['envFrom', [], { envFrom: [{ configMapRef: { name: 'extra' } }] }],
    ['a variable', [], { env: [{ name: 'B', valueFrom: { configMapKeyRef: { name: 'extra', key: 'B' } } }] }],
  ])('a ConfigMap by %s', (_, volumes, container) => {
    const state = green({ volumes: volumes ?? [] }, container);
    const facts = factsOf({
      state,
      configMaps: new Map([
        ['shop-config', new Set(['A'])],
        ['extra', undefined],
      ]),
    });
    expect(configMaps.examine(facts)).toEqual([
      expect.objectContaining({
        object: 'configmap/extra',
        fix: expect.stringMatching(/^kubectl create configmap extra( --from-literal=B=VALUE)? -n store/),
      }),
    ]);
  });

  test.each<[string, Partial<PodSpecDetail>, Partial<ContainerDetail>]>([
    ['a volume', { volumes: [{ name: 'v', secret: { secretName: 'keys', optional: true } }] }, {}],
    ['envFrom', {}, { envFrom: [{ secretRef: { name: 'keys', optional: true } }] }],
    [
      'a variable',
      {},
      { env: [{ name: 'B', valueFrom: { secretKeyRef: { name: 'keys', key: 'B', optional: true } } }] },
    ],
  ])('an optional Secret by %s may be absent', (_, spec, container) => {
    const facts = factsOf({ state: green(spec, container), secrets: new Map([['keys', undefined]]) });
    expect(secrets.examine(facts)).toEqual([]);
  });

  test('what one container needs is not optional because another can do without', () => {
    const container = { envFrom: [{ secretRef: { name: 'keys', optional: true } }, { secretRef: { name: 'keys' } }] };
    const facts = factsOf({ state: green({}, container), secrets: new Map([['keys', undefined]]) });
    expect(secrets.examine(facts)).toEqual([
      expect.objectContaining({
        id: 'missing-secret',
        severity: 'problem',
        fix: expect.stringMatching(/^kubectl create secret generic keys /),
      }),
    ]);
  });

  test('an imagePullSecret that is missing is a warning', () => {
    const state = green({ imagePullSecrets: [{ name: 'registry' }] });
    expect(secrets.examine(factsOf({ state, secrets: new Map([['registry', undefined]]) }))).toEqual([
      expect.objectContaining({ id: 'missing-pull-secret', severity: 'warning' }),
    ]);
  });

  test('a ServiceAccount that is missing keeps every new Pod away', () => {
    const facts = factsOf({ state: green({ serviceAccountName: 'robot' }) });
    expect(serviceAccounts.examine(facts)).toEqual([
      expect.objectContaining({
        id: 'missing-service-account',
        fix: 'kubectl create serviceaccount robot -n store --context=prod',
      }),
    ]);
  });
});
