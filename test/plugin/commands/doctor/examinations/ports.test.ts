import { describe, expect, test } from '@jest/globals';
import { ports } from '../../../../../plugin/commands/doctor/examinations/ports.js';
import type { ContainerDetail } from '../../../../../plugin/plan/pod-spec.js';
import { service } from '../../../cluster-objects.js';
import { detailed, factsOf, healthyState } from '../facts.js';

const { deployments } = healthyState();
const container = (change: object) => {
  const [own] = detailed('green', 'v0').spec.template.spec.containers as [ContainerDetail];
  return { deployments: { ...deployments, green: detailed('green', 'v0', { containers: [{ ...own, ...change }] }) } };
};

describe('ports', () => {
  test('fit', () => {
    expect(ports.examine(factsOf())).toEqual([]);
  });

  test('of a Service that no container has are put right', () => {
    const active = service('shop-active', 'blue', {});
    active.spec.ports = [
      { port: 80, targetPort: 3000 },
      { port: 81, targetPort: 'web' },
    ];
    expect(ports.examine(factsOf({ state: { active } }))).toEqual([
      expect.objectContaining({
        id: 'service-port',
        affects: 'traffic',
        what: expect.stringContaining('they have http (3000)'),
        fix: `kubectl patch service shop-active --type=json -p '[{"op":"replace","path":"/spec/ports/1/targetPort","value":"http"}]' -n store --context=prod`,
      }),
    ]);
  });

  test('of a Service may be numbers that no container declares: a warning', () => {
    const active = service('shop-active', 'blue', {});
    active.spec.ports = [{ port: 80, targetPort: 9 }];
    expect(ports.examine(factsOf({ state: { active } }))).toEqual([
      expect.objectContaining({
        id: 'service-port',
        severity: 'warning',
        fix: expect.stringContaining('"value":"http"'),
      }),
    ]);
  });

  test.each([
    ['readinessProbe', 'web', 'problem', 'its Pods do not become ready'],
    ['livenessProbe', 9999, 'warning', 'its Pods are restarted again and again'],
  ])('of a %s on %s are a %s', (kind, port, severity, why) => {
    const state = container({ [kind]: { httpGet: { path: '/', port } } });
    expect(ports.examine(factsOf({ state }))).toEqual([
      expect.objectContaining({
        id: 'probe-port',
        severity,
        why,
        fix: expect.stringContaining(`"${kind}":{"httpGet":{"port":"http"}}`),
      }),
    ]);
  });

  test.each([
    ['tcpSocket', { tcpSocket: { port: 'web' } }, '"tcpSocket":{"port":"http"}'],
    ['grpc', { grpc: { port: 1 } }, '"grpc":{"port":3000}'],
  ])('of a %s probe', (_, probe, fix) => {
    expect(ports.examine(factsOf({ state: container({ startupProbe: probe }) }))[0]?.fix).toContain(fix);
  });

  test('a container without a readinessProbe gets one that asks what the readiness check asks', () => {
    expect(ports.examine(factsOf({ state: container({ readinessProbe: undefined }) }))).toEqual([
      expect.objectContaining({
        id: 'no-readiness-probe',
        severity: 'warning',
        fix: expect.stringContaining('"readinessProbe":{"httpGet":{"path":"/api/v1/health/ready","port":3000}}'),
      }),
    ]);
  });

  test('are not judged where a container says none', () => {
    expect(ports.examine(factsOf({ state: container({ ports: undefined }) }))).toEqual([]);
  });
});
