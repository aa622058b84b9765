/** What a person does after init: commands to copy. */
import { isDeepStrictEqual } from 'node:util';
import { activeServiceName, POLICY_ANNOTATION } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import type { KubernetesObject } from '../kubernetes.js';
import type { Place } from './conversion.js';
import type { Plain } from './observe.js';

/** What gives the active Service the policy of the spec, where what holds without one is another. It moves no traffic. */
export function policySteps(
  wanted: readonly KubernetesObject[],
  without: Policy,
  { release, namespace }: Place,
): string[] {
  const name = activeServiceName(release);
  const service = wanted.find(({ kind, metadata }) => kind === 'Service' && metadata.name === name);
  const policy: unknown = JSON.parse(service?.metadata.annotations?.[POLICY_ANNOTATION] ?? '{}');
  if (isDeepStrictEqual(policy, without)) return [];
  const value = JSON.stringify(policy).replaceAll("'", "'\\''");
  return [
    `# for a promote without -f dist/: the policy of the spec`,
    `kubectl annotate service ${name} --namespace=${namespace} --overwrite '${POLICY_ANNOTATION}=${value}'`,
  ];
}

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
