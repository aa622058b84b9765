import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { releaseLabels } from '../names.js';
import type { ReleaseSpec } from '../spec/fields.js';
import type { Peer } from '../spec/traffic.js';
import { objectMetadata } from './metadata.js';
import { intOrString } from './values.js';

/**
 * Limits the connections of both colors alike, so that a switch changes none, and of the migrations.
 *
 * A probe may ask a port that is not listed: a Pod cannot be isolated from the node that it runs on.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/#what-you-can-t-do-with-network-policies-at-least-not-yet
 */
export class ReleaseNetworkPolicy extends Construct {
  constructor(scope: Construct, id: string, spec: ReleaseSpec) {
    super(scope, id);
    if (!spec.networkPolicy) return;
    const { ingressFrom, egress } = spec.networkPolicy;
    new k8s.KubeNetworkPolicy(this, 'NetworkPolicy', {
      metadata: objectMetadata(spec, { name: spec.name }),
      spec: {
        podSelector: { matchLabels: releaseLabels(spec.name) },
        policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'],
        ingress: [
          {
            from: ingressFrom.map(networkPeer),
            ports: admittedPorts(spec),
          },
        ],
        egress: egress?.map(({ to, ports }) => ({
          to: to?.map(networkPeer),
          ports: ports?.map(({ port, protocol }) => ({ port: intOrString(port), protocol })),
        })),
      },
    });
  }
}

/**
 * By name, as the Services, since the colors may listen on different ports while one replaces the other; and by number
 * too, since not every network plugin resolves names.
 *
 * @see https://github.com/aws/amazon-network-policy-controller-k8s/issues/81
 */
function admittedPorts({ ports }: ReleaseSpec): k8s.NetworkPolicyPort[] {
  return [...ports.map(({ name }) => name), ...ports.map(({ containerPort }) => containerPort)].map((port) => ({
    port: intOrString(port),
    protocol: 'TCP',
  }));
}

function networkPeer({ podSelector, namespaceSelector, ipBlock }: Peer): k8s.NetworkPolicyPeer {
  return {
    podSelector: podSelector && { matchLabels: podSelector },
    namespaceSelector: namespaceSelector && { matchLabels: namespaceSelector },
    ipBlock,
  };
}
