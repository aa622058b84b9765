/** What a person does after init: commands to copy. */
import { activeServiceName } from '../../charts/names.js';
import type { Place } from './conversion.js';
import type { Plain } from './observe.js';

/** How traffic comes from the Service that is there to the release: nothing of it is done by init. */
export function conversionSteps({ deployment, service, ingresses, autoscaler }: Plain, place: Place): string[] {
  const { release, namespace } = place;
  const [active, old] = [activeServiceName(release), service.metadata.name];
  const inNamespace = `--namespace=${namespace}`;
  const patches = ingresses.flatMap(({ metadata, spec }) =>
    (spec.rules ?? []).flatMap(({ http }, rule) =>
      (http?.paths ?? []).flatMap(({ backend }, path) => {
        if (backend?.service?.name !== old) return [];
        const at = `/spec/rules/${rule}/http/paths/${path}/backend/service`;
        const ops = [
          { op: 'replace', path: `${at}/name`, value: active },
          ...(backend.service.port?.name
            ? [{ op: 'replace', path: `${at}/port`, value: { number: firstPort(service) } }]
            : []),
        ];
        return [`kubectl patch ingress ${metadata.name} ${inNamespace} --type=json --patch='${JSON.stringify(ops)}'`];
      }),
    ),
  );
  const address =
    service.spec.type === 'LoadBalancer'
      ? [`kubectl get service ${active} ${inNamespace}   # its address is a new one: change DNS`]
      : [];
  return [
    `# then lead clients from service "${old}" to "${active}" (${active}.${namespace}.svc)`,
    ...patches,
    ...address,
    '# and when nothing uses the old ones any more',
    `kubectl delete deployment/${deployment.metadata.name} service/${old}${autoscaler ? ` hpa/${autoscaler.metadata.name}` : ''} ${inNamespace}`,
  ];
}

const firstPort = ({ spec }: Plain['service']) => spec.ports?.[0]?.port;
