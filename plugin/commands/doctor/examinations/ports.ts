import { COLORS, type Color, deploymentName } from '../../../../charts/names.js';
import { isHttp } from '../../../plan/checks/kinds.js';
import { type ContainerDetail, type PodSpecDetail, type Probe, podSpecOf } from '../../../plan/pod-spec.js';
import { affects, type Examination, type Facts, intendedColor } from '../facts.js';
import type { Finding } from '../finding.js';
import { kubectl, patchContainer } from '../remedies.js';

/** Ports by which Services and probes find a container, against those that the container says it has. */
export const ports: Examination = {
  id: 'ports',
  what: 'ports of Services and probes against those of the containers, and the probes themselves',
  needs: ['services', 'deployments'],
  examine: (facts) => [
    ...servicePorts(facts),
    ...COLORS.flatMap((color) => {
      const template = facts.state.deployments[color]?.spec.template;
      return template ? probes(facts, color, podSpecOf(template)) : [];
    }),
  ],
};

/** A probe of a Deployment that can never pass: what its Pods suffer from is mended with it. */
export function wrongProbe(facts: Facts, deployment: string): Finding | undefined {
  return ports
    .examine(facts)
    .find(
      ({ id, severity, object }) => id === 'probe-port' && severity === 'problem' && object.endsWith(`/${deployment}`),
    );
}

function servicePorts(facts: Facts): Finding[] {
  const { active, preview, colorServices, deployments } = facts.state;
  const services = [active, preview, colorServices.blue, colorServices.green].filter(
    (service) => service !== undefined,
  );
  return services.flatMap((service) => {
    const color = (service.spec.selector?.version ?? intendedColor(facts)) as Color;
    const template = deployments[color]?.spec.template;
    if (!template) return [];
    const known = podSpecOf(template).containers.flatMap((container) => container.ports ?? []);
    const first = known[0];
    return (service.spec.ports ?? []).flatMap(({ port, targetPort = port }, index): Finding[] => {
      if (!first || known.some((one) => one.name === targetPort || one.containerPort === targetPort)) return [];
      const value = first.name ?? first.containerPort;
      const patch = [{ op: 'replace', path: `/spec/ports/${index}/targetPort`, value }];
      const name = service.metadata.name;
      const isName = typeof targetPort === 'string';
      return [
        {
          id: 'service-port',
          // The number of a port need not be declared; its name must be.
          severity: isName ? 'problem' : 'warning',
          affects: service === active ? 'traffic' : 'promotion',
          object: `service/${name}`,
          what: `service "${name}" sends port ${port} to port ${targetPort}, which no container of ${color} has: they have ${portNames(known)}`,
          why: isName
            ? 'its EndpointSlices hold no port, so every connection is refused'
            : 'every connection is refused, unless a container listens on it without saying so',
          fix: kubectl(facts, 'patch', 'service', name, '--type=json', '-p', JSON.stringify(patch)),
        },
      ];
    });
  });
}

const portNames = (known: NonNullable<ContainerDetail['ports']>) =>
  known.map(({ name, containerPort }) => (name ? `${name} (${containerPort})` : containerPort)).join(', ') || 'none';

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'] as const;

function probes(facts: Facts, color: Color, { containers }: PodSpecDetail): Finding[] {
  const object = `deployment.apps/${deploymentName(facts.release, color)}`;
  const main = containers.find(({ name }) => name === facts.policies[color].container) ?? containers[0];
  return containers.flatMap((container): Finding[] => {
    const findings = PROBES.flatMap((kind) => probePort(facts, color, object, container, kind));
    if (container !== main || container.readinessProbe) return findings;
    const { path, port = facts.policies[color].port } = facts.policies[color].checks
      .filter(isHttp)
      .find(({ name }) => name === 'readiness') ?? {
      path: '/',
    };
    return [
      ...findings,
      {
        id: 'no-readiness-probe',
        severity: 'warning',
        affects: affects(facts, color),
        object,
        what: `container "${container.name}" of ${color} has no readinessProbe`,
        why: 'a Pod counts as ready as soon as it runs, and gets traffic before it can serve',
        fix: patchContainer(facts, color, { name: container.name, readinessProbe: { httpGet: { path, port } } }),
      },
    ];
  });
}

const portOf = ({ httpGet, tcpSocket, grpc }: Probe) => httpGet?.port ?? tcpSocket?.port ?? grpc?.port;

function probePort(
  facts: Facts,
  color: Color,
  object: string,
  container: ContainerDetail,
  kind: (typeof PROBES)[number],
): Finding[] {
  const probe = container[kind];
  const port = probe && portOf(probe);
  const known = container.ports ?? [];
  const first = known[0];
  if (port === undefined || !first || known.some(({ name, containerPort }) => name === port || containerPort === port))
    return [];
  const handler = probe?.httpGet ? 'httpGet' : probe?.tcpSocket ? 'tcpSocket' : 'grpc';
  const right = handler === 'grpc' ? first.containerPort : (first.name ?? first.containerPort);
  return [
    {
      id: 'probe-port',
      // A number that is not declared may still be listened on; a name that is not there cannot be resolved.
      severity: typeof port === 'string' ? 'problem' : 'warning',
      affects: affects(facts, color),
      object,
      what: `the ${kind} of container "${container.name}" of ${color} asks port ${port}, which is not a containerPort: it has ${portNames(known)}`,
      why: kind === 'livenessProbe' ? 'its Pods are restarted again and again' : 'its Pods do not become ready',
      fix: patchContainer(facts, color, { name: container.name, [kind]: { [handler]: { port: right } } }),
    },
  ];
}
