import { describe, expect, test } from '@jest/globals';
import { DEFAULT_CHECKS } from '../../../charts/default-checks.js';
import { POLICY_ANNOTATION } from '../../../charts/names.js';
import { NewerSchemaError, RefusedError } from '../../../plugin/core/errors.js';
import { withAnnotation } from '../../../plugin/plan/annotations.js';
import { overridePolicy, readPolicy, withOlderPolicies } from '../../../plugin/plan/policy.js';
import { deployment, POLICY, service, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { MIGRATIONS } from '../migrations.js';

function annotated(text: string) {
  const active = service('shop-active', 'blue');
  return { ...active, metadata: { ...active.metadata, annotations: { [POLICY_ANNOTATION]: text } } };
}

const withPort = (ports: { containerPort: number }[]) =>
  deployment('blue', 'v1', { template: { spec: { containers: [{ name: 'web', ports }, { name: 'proxy' }] } } });

describe('readPolicy', () => {
  test('is what the active Service carries', () => {
    expect(readPolicy(annotated(JSON.stringify(POLICY)), undefined)).toEqual(POLICY);
  });

  test('has the migrations that it carries', () => {
    const policy = { ...POLICY, migrations: MIGRATIONS };
    expect(readPolicy(annotated(JSON.stringify(policy)), undefined)).toEqual(policy);
  });

  test('checks hand-made Services as the scripts of old did: three paths, ten times, every five seconds', () => {
    const policy = readPolicy(service('shop-active', 'blue'), withPort([{ containerPort: 8080 }]));
    expect(policy).toMatchObject({ container: 'web', port: 8080 });
    expect(policy.checks).toMatchObject(
      ['/api/v1/health', '/api/v1/health/ready', '/metrics'].map((path) => ({ path, retries: 10, intervalSeconds: 5 })),
    );
  });

  test('asks before it moves the traffic of hand-made Services, and does not watch', () => {
    const { promotion } = readPolicy(undefined, undefined);
    expect(promotion).toEqual({ confirm: true, soakSeconds: 0, automaticRollback: true });
  });

  test.each([
    ['no port', withPort([]), 80],
    ['no Deployment', undefined, 80],
  ])('falls back to port 80 where there is %s', (_, from, port) => {
    expect(readPolicy(service('shop-active', 'blue'), from).port).toBe(port);
  });

  test.each([
    ['not JSON', '{'],
    ['null', 'null'],
    ['empty', ''],
    ['a list', '[]'],
    ['without checks', JSON.stringify({ ...POLICY, checks: undefined })],
    ['without a port', JSON.stringify({ ...POLICY, port: undefined })],
    ['without rollout', JSON.stringify({ ...POLICY, rollout: undefined })],
    ['without what its migrations run', JSON.stringify({ ...POLICY, migrations: { kind: 'Job', spec: {} } })],
    ['with checks that are no list', JSON.stringify({ ...POLICY, checks: {} })],
    ['with a check of a kind that is not known', JSON.stringify({ ...POLICY, checks: [{ name: 'a', grpc: {} }] })],
    ['without promotion', JSON.stringify({ ...POLICY, promotion: undefined })],
  ])('refuses an annotation that is %s: the defaults could be laxer', (_, text) => {
    expect(() => readPolicy(annotated(text), deployment('blue', 'v1'))).toThrow(
      failure(
        RefusedError,
        `service "shop-active" has an unreadable annotation ${POLICY_ANNOTATION}: synthesize and apply it again`,
      ),
    );
  });
});

describe('the schema of a policy', () => {
  test.each([undefined, 1])('%j is read', (schema) => {
    expect(readPolicy(annotated(JSON.stringify({ schema, ...POLICY })), deployment('blue', 'v1'))).toEqual(POLICY);
  });

  test.each([2, 99])('%j is of a newer plugin: it is refused, whatever else it holds', (schema) => {
    const newer = JSON.stringify({ schema, more: true });
    const message =
      `has an annotation ${POLICY_ANNOTATION} of schema ${schema}, want at most 1: a newer version of the plugin wrote it; ` +
      'upgrade the plugin';
    expect(() => readPolicy(annotated(newer), undefined)).toThrow(
      failure(NewerSchemaError, `service "shop-active" ${message}`),
    );
    const green = withAnnotation(deployment('green', 'v2'), POLICY_ANNOTATION, newer);
    expect(() => readPolicy(undefined, green)).toThrow(failure(NewerSchemaError, `deployment "shop-green" ${message}`));
  });

  test.each(['"1"', 'true', '{}'])('%s is none', (schema) => {
    const text = `{"schema": ${schema}, "promotion": {}}`;
    expect(() => readPolicy(annotated(text), undefined)).toThrow('unreadable annotation');
  });
});

describe('the policy of a color', () => {
  const { promotion, ...version } = POLICY;
  const own = { ...version, port: 4000 };
  const withOwn = withAnnotation(deployment('green', 'v2'), POLICY_ANNOTATION, JSON.stringify(own));

  test('is that of the version on its Deployment, and that of the release on the active Service', () => {
    const soaking = { ...promotion, soakSeconds: 9 };
    const active = annotated(JSON.stringify({ promotion: soaking }));
    expect(readPolicy(active, withOwn)).toEqual({ ...own, promotion: soaking });
  });

  test('is not that of the other version, which an older plugin wrote on the Service', () => {
    expect(readPolicy(annotated(JSON.stringify(POLICY)), withOwn).port).toBe(4000);
  });

  test('is on record in an older way for a color that has none of its own: it keeps that one', () => {
    const active = annotated(JSON.stringify(POLICY));
    const state = stateOf({ active, deployments: { blue: deployment('blue', 'v1'), green: withOwn } });
    const seen = withOlderPolicies(state);
    expect(seen.older).toEqual(['blue']);
    expect(readPolicy(annotated(JSON.stringify({ promotion })), seen.deployments.blue)).toEqual(POLICY);
  });

  test('is refused where its Deployment carries what is none', () => {
    const broken = withAnnotation(withOwn, POLICY_ANNOTATION, '{"checks": 1}');
    expect(() => readPolicy(annotated(JSON.stringify(POLICY)), broken)).toThrow(
      `deployment "shop-green" has an unreadable annotation ${POLICY_ANNOTATION}`,
    );
  });
});

describe('overridePolicy', () => {
  test('changes nothing without overrides', () => {
    expect(overridePolicy(POLICY, {})).toEqual(POLICY);
  });

  test('changes every check', () => {
    const { checks } = overridePolicy(POLICY, { retries: 2, intervalSeconds: 0.5, checkTimeoutSeconds: 3 });
    expect(checks).toHaveLength(DEFAULT_CHECKS.length);
    for (const check of checks) expect(check).toMatchObject({ retries: 2, intervalSeconds: 0.5, timeoutSeconds: 3 });
  });

  test('changes the times of rollout and watch, and nothing else of them', () => {
    const { rollout, promotion } = overridePolicy(POLICY, { rolloutTimeoutSeconds: 7, soakSeconds: 9 });
    expect(rollout).toEqual({ ...POLICY.rollout, timeoutSeconds: 7 });
    expect(promotion).toEqual({ ...POLICY.promotion, soakSeconds: 9 });
  });

  test('takes 0 for a value, not for an absent one', () => {
    const policy = { ...POLICY, promotion: { ...POLICY.promotion, soakSeconds: 60 } };
    expect(overridePolicy(policy, { soakSeconds: 0 }).promotion.soakSeconds).toBe(0);
  });
});
