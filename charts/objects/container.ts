import type { k8s } from 'cdk8s-plus-28';
import type { Color } from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';
import { imageReference } from '../spec/image.js';
import type { Probe } from '../spec/probes.js';
import { configData, configMapNameOf } from './config-map.js';
import { orNone } from './metadata.js';
import { given, intOrString, quantities, setOnly } from './values.js';

/** Name of the container whose image is the release's version. */
export const containerName = (spec: ReleaseSpec): string => spec.container.name ?? spec.name;

export function container(spec: ReleaseSpec, color: Color): k8s.Container {
  return {
    name: containerName(spec),
    image: imageReference(spec, color),
    imagePullPolicy: spec.image.pullPolicy,
    command: spec.container.command,
    args: spec.container.args,
    ports: spec.ports.map(({ name, containerPort }) => ({ name, containerPort, protocol: 'TCP' })),
    env: orNone(environment(spec, color)),
    resources: resources(spec.resources),
    startupProbe: probe(spec.startupProbe, spec),
    livenessProbe: probe(spec.livenessProbe, spec),
    readinessProbe: probe(spec.readinessProbe, spec),
    lifecycle: preStop(spec),
    securityContext: securityContext(spec),
  };
}

export function resources({ requests, limits }: ReleaseSpec['resources']): k8s.ResourceRequirements {
  return { requests: quantities(requests), limits: quantities(limits) };
}

export function securityContext({ securityContext }: ReleaseSpec): k8s.SecurityContext | undefined {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem } = securityContext;
  const capabilities = setOnly(securityContext.capabilities);
  return given({
    allowPrivilegeEscalation: setOnly(allowPrivilegeEscalation),
    readOnlyRootFilesystem: setOnly(readOnlyRootFilesystem),
    capabilities: capabilities && { drop: orNone(capabilities.drop), add: orNone(capabilities.add) },
  });
}

function environment(spec: ReleaseSpec, color: Color): k8s.EnvVar[] {
  const plain = Object.entries(spec.env).map(([name, source]): k8s.EnvVar => {
    if (typeof source === 'string') return { name, value: source };
    const { releaseField, ...valueFrom } = source;
    return releaseField === 'color' ? { name, value: color } : { name, valueFrom };
  });
  return [...plain, ...configVariables(configMapNameOf(spec, color), configData(spec, color))];
}

/** Each key of a ConfigMap as the environment variable of the same name. */
export function configVariables(configMap: string, data: Readonly<Record<string, string>>): k8s.EnvVar[] {
  return Object.keys(data).map((key) => ({ name: key, valueFrom: { configMapKeyRef: { name: configMap, key } } }));
}

function probe(spec: Probe | false, { ports }: ReleaseSpec): k8s.Probe | undefined {
  if (spec === false) return undefined;
  const { httpGet, ...timing } = spec;
  const port = httpGet.port ?? ports[0]?.name ?? '';
  return { httpGet: { ...httpGet, port: intOrString(port) }, ...timing };
}

/** The Pod serves on while the news that it ends reaches every node. */
function preStop({ preStopSeconds, preStopCommand }: ReleaseSpec): k8s.Lifecycle | undefined {
  const command = preStopCommand ?? ['sleep', String(preStopSeconds)];
  return preStopSeconds === 0 ? undefined : { preStop: { exec: { command } } };
}
