import { describe, expect, test } from '@jest/globals';
import type { Container, Pod, ServicePort } from '../../../plugin/core/kubernetes.js';
import {
  portsOf,
  probedPorts,
  resolvePort,
  resolvePorts,
  servicesText,
  unresolvedPort,
} from '../../../plugin/plan/service-ports.js';
import { pod } from '../cluster-objects.js';

const CONTAINER: Container = {
  name: 'shop',
  ports: [
    { name: 'http', containerPort: 3000, protocol: 'TCP' },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
    { containerPort: 9000 },
  ],
};
const withContainers = (containers: Container[], initContainers: Container[] = []): Pod => ({
  ...pod('green', 'g1'),
  spec: { containers, initContainers },
});
const SHOP = withContainers([CONTAINER]);
const named = (targetPort: string, protocol?: string): ServicePort => ({
  port: 80,
  targetPort,
  ...(protocol && { protocol }),
});

describe('resolvePort', () => {
  test.each<[string, ServicePort, number | undefined]>([
    ['a number is itself, also one that no container names', { port: 80, targetPort: 8080 }, 8080],
    ['without a targetPort it is the port itself', { port: 80 }, 80],
    ['a name is the number of that container port', named('http'), 3000],
    ['a name of another protocol leads nowhere', named('dns'), undefined],
    ['a name of the same protocol is found', named('dns', 'UDP'), 53],
    ['a name that no container has leads nowhere', named('web'), undefined],
    ['a number in quotes is a name', named('3000'), undefined],
  ])('%s', (_, port, number) => {
    expect(resolvePort(port, SHOP)).toBe(number);
  });

  test('finds the names of sidecars, after those of containers, and not of containers that end', () => {
    const proxy = (containerPort: number, restartPolicy?: string): Container => ({
      name: 'proxy',
      ports: [{ name: 'web', containerPort }],
      ...(restartPolicy && { restartPolicy }),
    });
    expect(resolvePort(named('web'), withContainers([CONTAINER], [proxy(1), proxy(2, 'Always')]))).toBe(2);
    expect(resolvePort(named('web'), withContainers([CONTAINER], [proxy(1)]))).toBeUndefined();
    expect(resolvePort(named('web'), withContainers([CONTAINER, proxy(3)], [proxy(2, 'Always')]))).toBe(3);
  });
});

describe('unresolvedPort', () => {
  test('names the Service, the port, the Pod and what ports that has', () => {
    const bare = { ...withContainers([{ name: 'shop' }]), metadata: { ...SHOP.metadata, name: 'g2', uid: 'uid-g2' } };
    const pods = [SHOP, bare];
    const resolved = resolvePorts('shop-active', [{ ...named('http'), name: 'web' }], pods);
    expect(unresolvedPort(resolved, [SHOP])).toBeUndefined();
    expect(unresolvedPort(resolved, pods)).toBe(
      'service "shop-active", port 80 (web) leads to port "http", which pod "g2" does not have: its ports are none',
    );
    expect(portsOf(SHOP)).toBe('http (3000), dns (53/UDP), 9000');
  });
});

test('servicesText names each Service that leads to a port', () => {
  const ports = ['shop-active', 'shop-green'].flatMap((name) =>
    resolvePorts(name, [{ port: 81, targetPort: 9000 }], [SHOP]),
  );
  expect(servicesText(ports, 'uid-g1', 9000)).toBe('services shop-active:81, shop-green:81');
});

describe('probedPorts', () => {
  const probe = (more: Partial<Container>) => [...probedPorts(withContainers([{ ...CONTAINER, ...more }]))];
  test.each<[string, Partial<Container>, number[]]>([
    ['of a readiness probe, by name', { readinessProbe: { httpGet: { port: 'http' } } }, [3000]],
    ['of a startup probe', { startupProbe: { tcpSocket: { port: 9000 } } }, [9000]],
    ['of gRPC', { readinessProbe: { grpc: { port: 9000 } } }, [9000]],
    [
      'not of a liveness probe, which a ready Pod need not have passed',
      { livenessProbe: { httpGet: { port: 3000 } } },
      [],
    ],
    ['not of another host', { readinessProbe: { httpGet: { port: 3000, host: '127.0.0.1' } } }, []],
    ['not of a command', { readinessProbe: {} }, []],
  ])('are those %s', (_, more, ports) => {
    expect(probe(more)).toEqual(ports);
  });
});
