import { POLICY_ANNOTATION } from '../../../../charts/names.js';
import type { KubernetesObject } from '../../../core/kubernetes.js';
import { allObjects, objectKey } from '../../../plan/manifests.js';
import { objectName } from '../../../plan/steps.js';
import { type Examination, eventsOf, type Facts } from '../facts.js';
import type { Finding } from '../finding.js';
import type { ServiceDetail } from '../kinds.js';
import { bluegreen, kubectl, merge } from '../remedies.js';
import { ports } from './ports.js';

/** The active Service besides its selector: its policy, who else owns it, its load balancer. */
export const activeService: Examination = {
  id: 'active-service',
  what: 'the active Service carries its policy, is owned by no other tool, and its load balancer has an address',
  needs: ['services'],
  examine: (facts) => {
    const service = facts.state.active as ServiceDetail | undefined;
    return service ? [...policy(facts, service), ...owner(facts, service), ...loadBalancer(facts, service)] : [];
  },
};

function policy(facts: Facts, service: ServiceDetail): Finding[] {
  const unreadable = facts.policyErrors.map(({ object, message, isNewer }): Finding => {
    if (isNewer) return writtenByNewer(object, message);
    const manifest = policyInManifests(facts, object);
    return {
      id: 'policy-unreadable',
      severity: 'problem',
      affects: 'promotion',
      object: objectName(object),
      what: message,
      why: `every command refuses while it is there; ${manifest ? 'the manifests have it right' : 'without it the default checks are used'}`,
      fix: annotate(facts, object, manifest ? `${POLICY_ANNOTATION}=${compact(manifest)}` : `${POLICY_ANNOTATION}-`),
    };
  });
  if (service.metadata.annotations?.[POLICY_ANNOTATION] !== undefined) return unreadable;
  const manifest = policyInManifests(facts, service);
  const wanted = manifest ?? JSON.stringify({ promotion: facts.policies.blue.promotion });
  return [
    ...unreadable,
    {
      id: 'no-policy',
      severity: 'warning',
      affects: 'promotion',
      object: objectName(service),
      what: `service "${service.metadata.name}" has no annotation ${POLICY_ANNOTATION}`,
      why: manifest
        ? 'promote asks, soaks and switches by the defaults and not as the spec says'
        : 'promote asks, soaks and switches by the defaults: doctor -f dist/ shows the policy of the spec; this one writes the defaults down',
      fix: annotate(facts, service, `${POLICY_ANNOTATION}=${compact(wanted)}`),
    },
  ];
}

/** Its policy must not be written over: what this plugin does not know could be what must hold. */
const writtenByNewer = (object: KubernetesObject, message: string): Finding => ({
  id: 'policy-newer',
  severity: 'problem',
  affects: 'promotion',
  object: objectName(object),
  what: message,
  why: 'every command refuses with this version of the plugin: install the newer one here',
  fix: 'kubectl bluegreen version',
});

function policyInManifests({ manifests }: Facts, object: KubernetesObject): string | undefined {
  const stated = manifests && allObjects(manifests).find((one) => objectKey(one) === objectKey(object));
  return stated?.metadata.annotations?.[POLICY_ANNOTATION];
}

const annotate = (facts: Facts, { kind, metadata }: KubernetesObject, words: string) =>
  kubectl(facts, 'annotate', '--overwrite', kind.toLowerCase(), metadata.name, words);

/** On one line, as a command should be. */
function compact(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return json;
  }
}

function owner(facts: Facts, service: ServiceDetail): Finding[] {
  const { owner: found } = facts;
  if (!found) return [];
  return [
    {
      id: 'gitops-owner',
      severity: 'warning',
      affects: 'promotion',
      object: `service/${service.metadata.name}`,
      what: `service "${service.metadata.name}" is managed by ${found.tool} (${found.evidence})`,
      why: `${found.tool} may move traffic back after a switch, so promote refuses without --write-back or --force; "kubectl bluegreen gitops ${facts.release}" prints the rules that let them live together`,
      // Without a version it would promote what the idle color runs, which is often the version before.
      fix: bluegreen(facts, 'promote', '--write-back', '--dry-run'),
    },
  ];
}

function loadBalancer(facts: Facts, { metadata, spec, status }: ServiceDetail): Finding[] {
  if (spec.type !== 'LoadBalancer' || (status?.loadBalancer?.ingress?.length ?? 0) > 0) return [];
  const events = eventsOf(facts, 'Service', metadata.name);
  return [
    {
      id: 'load-balancer-pending',
      severity: 'warning',
      affects: 'traffic',
      object: `service/${metadata.name}`,
      what: `service "${metadata.name}" is of type LoadBalancer and has no address`,
      why:
        events.length > 0
          ? 'the provider of load balancers failed: no client outside the cluster reaches it'
          : 'no client outside the cluster reaches it: the cluster has no provider of load balancers, or that is still at work; NodePort works without one',
      fix: merge(facts, 'service', metadata.name, { spec: { type: 'NodePort' } }),
      evidence: events,
    },
  ];
}

/** Through kube-proxy, from within a Pod: only when it was asked for, as it runs a program there. */
export const reachability: Examination = {
  id: 'reachability',
  what: 'a Pod of the release reaches the active Service, through kube-proxy',
  needs: ['services', 'pods', 'reachability'],
  examine: (facts) => {
    const { reachability: seen, state } = facts;
    if (!seen?.why) return [];
    const name = state.active?.metadata.name ?? '';
    const wrongPort = ports
      .examine(facts)
      .find(({ id, object }) => id === 'service-port' && object === `service/${name}`);
    return [
      {
        id: 'not-reachable',
        severity: 'problem',
        affects: 'traffic',
        object: `service/${name}`,
        what: `pod "${seen.pod}" does not reach service "${name}" at ${seen.address}: ${seen.why}`,
        why: wrongPort?.what ?? 'kube-proxy of its node does not lead there, or a NetworkPolicy is in between',
        fix:
          wrongPort?.fix ??
          kubectl({ ...facts, namespace: 'kube-system' }, 'logs', '-l', 'k8s-app=kube-proxy', '--tail=20', '--prefix'),
      },
    ];
  },
};
