import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { activeServiceName, previewServiceName } from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';
import { objectMetadata } from './metadata.js';

/** Leads hosts to the active and the preview Service; a switch leaves it as it is. */
export class ReleaseIngress extends Construct {
  constructor(scope: Construct, id: string, spec: ReleaseSpec) {
    super(scope, id);
    if (!spec.ingress) return;
    const { className, annotations, hosts, previewHosts, path, tlsSecretName } = spec.ingress;
    const rule = (host: string, serviceName: string): k8s.IngressRule => ({
      host,
      http: {
        paths: [
          {
            path,
            pathType: 'Prefix',
            backend: { service: { name: serviceName, port: { name: spec.ports[0]?.name } } },
          },
        ],
      },
    });
    new k8s.KubeIngress(this, 'Ingress', {
      metadata: objectMetadata(spec, { name: spec.name, annotations }),
      spec: {
        ingressClassName: className,
        tls:
          tlsSecretName === undefined ? undefined : [{ secretName: tlsSecretName, hosts: [...hosts, ...previewHosts] }],
        rules: [
          ...hosts.map((host) => rule(host, activeServiceName(spec.name))),
          ...previewHosts.map((host) => rule(host, previewServiceName(spec.name))),
        ],
      },
    });
  }
}
