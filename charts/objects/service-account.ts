import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { ReleaseSpec } from '../spec/fields.js';
import { objectMetadata } from './metadata.js';
import { setOnly } from './values.js';

/** The ServiceAccount of both colors; nothing if the spec names none or one made elsewhere. */
export class ReleaseServiceAccount extends Construct {
  constructor(scope: Construct, id: string, spec: ReleaseSpec) {
    super(scope, id);
    const name = serviceAccountName(spec);
    if (!spec.serviceAccount?.create || name === undefined) return;
    const { annotations, automountToken } = spec.serviceAccount;
    new k8s.KubeServiceAccount(this, 'ServiceAccount', {
      metadata: objectMetadata(spec, { name, annotations }),
      automountServiceAccountToken: setOnly(automountToken),
    });
  }
}

export function serviceAccountName({ name, serviceAccount }: ReleaseSpec): string | undefined {
  return serviceAccount && (serviceAccount.name ?? name);
}
