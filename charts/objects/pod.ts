import type { k8s } from 'cdk8s-plus-28';
import type { ReleaseSpec } from '../spec/fields.js';
import { orNone } from './metadata.js';
import { serviceAccountName } from './service-account.js';
import { given, setOnly } from './values.js';

/** What every Pod of a release has, of a color or not: its account, its rights, and the nodes that it may run on. */
export function podOf(spec: ReleaseSpec): Omit<k8s.PodSpec, 'containers'> {
  const { runAsNonRoot, runAsUser, runAsGroup, fsGroup, seccompProfile } = spec.securityContext;
  return {
    serviceAccountName: serviceAccountName(spec),
    automountServiceAccountToken: setOnly(spec.serviceAccount?.automountToken),
    imagePullSecrets: orNone(spec.image.pullSecrets.map((name) => ({ name }))),
    securityContext: given({
      runAsNonRoot: setOnly(runAsNonRoot),
      runAsUser: setOnly(runAsUser),
      runAsGroup,
      fsGroup,
      seccompProfile: seccompProfile === 'unset' ? undefined : { type: seccompProfile },
    }),
    nodeSelector: orNone(spec.nodeSelector),
    tolerations: orNone(spec.tolerations),
  };
}
