/** What a person does after init: commands to copy. */
import { activeServiceName } from '../../../charts/names.js';
import type { Place } from './conversion.js';
import type { IngressBackend, LiveIngress } from './objects.js';
import type { Plain } from './plain.js';

/**
 * How traffic comes from the Service that is there to the release: nothing of it is done by init.
 *
 * A command changes or deletes only what is this application's alone.
 */
export function conversionSteps(plain: Plain, place: Place): string[] {
  const { deployment, service, autoscaler, others, selecting } = plain;
  const { release, namespace } = place;
  const [active, old] = [activeServiceName(release), service.metadata.name];
  const inNamespace = `--namespace=${namespace}`;
  const isShared = others.length > 0;
  const ends = [
    `deployment/${deployment.metadata.name}`,
    ...(isShared ? [] : [`service/${old}`]),
    ...(autoscaler ? [`hpa/${autoscaler.metadata.name}`] : []),
  ];
  const more = selecting.map(({ metadata }) => metadata.name).filter((name) => name !== old);
  return [
    `# then lead clients from service "${old}" to "${active}" (${active}.${namespace}.svc)`,
    ...(isShared
      ? [`# service "${old}" leads to ${others.join(', ')} too: it stays, and so does every Ingress of it`]
      : ingressPatches(plain, active, inNamespace)),
    ...(service.spec.type === 'LoadBalancer'
      ? [`kubectl get service ${active} ${inNamespace}   # its address is a new one: change DNS`]
      : []),
    ...(more.length > 0 ? [`# these Services lead to the old Pods too: ${more.join(', ')}`] : []),
    '# and when nothing uses the old ones any more',
    `kubectl delete ${ends.join(' ')} ${inNamespace}`,
  ];
}

/** Each replaces a backend only while it still leads to the Service: an Ingress may have been edited since. */
function ingressPatches({ service, ingresses }: Plain, active: string, inNamespace: string): string[] {
  const old = service.metadata.name;
  const patch = ({ metadata }: LiveIngress, at: string, backend: IngressBackend | undefined): string[] => {
    if (backend?.service?.name !== old) return [];
    const { port } = backend.service;
    const number = service.spec.ports?.find(({ name }) => name === port?.name)?.port;
    const ops = [
      { op: 'test', path: `${at}/name`, value: old },
      { op: 'replace', path: `${at}/name`, value: active },
      // The release names its ports after the container's.
      ...(port?.name ? [{ op: 'replace', path: `${at}/port`, value: { number } }] : []),
    ];
    return [`kubectl patch ingress ${metadata.name} ${inNamespace} --type=json --patch='${JSON.stringify(ops)}'`];
  };
  return ingresses.flatMap((ingress) => [
    ...patch(ingress, '/spec/defaultBackend/service', ingress.spec.defaultBackend),
    ...(ingress.spec.rules ?? []).flatMap(({ http }, rule) =>
      (http?.paths ?? []).flatMap(({ backend }, path) =>
        patch(ingress, `/spec/rules/${rule}/http/paths/${path}/backend/service`, backend),
      ),
    ),
  ]);
}
