import type { k8s } from 'cdk8s-plus-28';
import type { Color } from '../names.js';
import { imageReference } from '../spec/image.js';
import type { Probe } from '../spec/probes.js';
import type { ReleaseSpec } from '../spec/release.js';
import { configData, configMapNameOf } from './config-map.js';
import { orNone } from './metadata.js';
import { intOrString, quantities } from './values.js';

/** Name of the container whose image is the release's version. */
export const containerName = (spec: ReleaseSpec): string => spec.container.name ?? spec.name;

export function container(spec: ReleaseSpec, color: Color): k8s.Container {
  const { allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities } = spec.securityContext;
  return {
    name: containerName(spec),
    image: imageReference(spec, color),
    imagePullPolicy: spec.image.pullPolicy,
    command: spec.container.command,
    args: spec.container.args,
    ports: spec.ports.map(({ name, containerPort }) => ({ name, containerPort, protocol: 'TCP' })),
    env: orNone(environment(spec, color)),
    resources: {
      requests: quantities(spec.resources.requests),
      limits: quantities(spec.resources.limits),
    },
    startupProbe: probe(spec.startupProbe, spec),
    livenessProbe: probe(spec.livenessProbe, spec),
    readinessProbe: probe(spec.readinessProbe, spec),
    lifecycle: preStop(spec.preStopSeconds),
    securityContext: {
      allowPrivilegeEscalation,
      readOnlyRootFilesystem,
      capabilities: { drop: orNone(capabilities.drop), add: orNone(capabilities.add) },
    },
  };
}

function environment(spec: ReleaseSpec, color: Color): k8s.EnvVar[] {
  const plain = Object.entries(spec.env).map(([name, source]): k8s.EnvVar => {
    if (typeof source === 'string') return { name, value: source };
    const { releaseField, ...valueFrom } = source;
    return releaseField === 'color' ? { name, value: color } : { name, valueFrom };
  });
  const configMap = configMapNameOf(spec, color);
  const configured = Object.keys(configData(spec, color)).map(
    (key): k8s.EnvVar => ({ name: key, valueFrom: { configMapKeyRef: { name: configMap, key } } }),
  );
  return [...plain, ...configured];
}

function probe(spec: Probe | false, { ports }: ReleaseSpec): k8s.Probe | undefined {
  if (spec === false) return undefined;
  const { httpGet, ...timing } = spec;
  const port = httpGet.port ?? ports[0]?.name ?? '';
  return { httpGet: { ...httpGet, port: intOrString(port) }, ...timing };
}

/** The Pod serves on while the news that it ends reaches every node. */
function preStop(seconds: number): k8s.Lifecycle | undefined {
  return seconds === 0 ? undefined : { preStop: { exec: { command: ['sleep', String(seconds)] } } };
}
