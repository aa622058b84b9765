import { describe, expect, test } from '@jest/globals';
import type {
  LabelSelector,
  NetworkPolicy,
  NetworkPolicyPort,
  Pod,
  ServicePort,
} from '../../../plugin/core/kubernetes.js';
import { matchesLabels } from '../../../plugin/plan/label-selector.js';
import { blockedPorts, blockedText } from '../../../plugin/plan/network-policy.js';
import { resolvePorts } from '../../../plugin/plan/service-ports.js';
import { pod } from '../cluster-objects.js';

const POD: Pod = {
  ...pod('green', 'g1'),
  spec: { containers: [{ name: 'shop', ports: [{ name: 'http', containerPort: 3000 }] }] },
};
const policy = (
  ports: NetworkPolicyPort[] | 'all' | 'none',
  spec: Partial<NetworkPolicy['spec']> = {},
): NetworkPolicy => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'shop' },
  spec: {
    podSelector: { matchLabels: { app: 'shop' } },
    policyTypes: ['Ingress'],
    ingress: ports === 'none' ? [] : [ports === 'all' ? {} : { ports }],
    ...spec,
  },
});
const PORT: ServicePort = { name: 'http', port: 80, targetPort: 'http' };
const blocked = (policies: NetworkPolicy[], port = PORT) =>
  blockedPorts(policies, resolvePorts('shop-active', [port], [POD]), [POD]);

describe('blockedPorts', () => {
  test.each<[string, NetworkPolicy[]]>([
    ['no policy selects the Pod', [policy('none', { podSelector: { matchLabels: { app: 'other' } } })]],
    ['no policy is of ingress', [policy('none', { policyTypes: ['Egress'] })]],
    ['a rule has no ports', [policy('all')]],
    ['a rule has the number', [policy([{ port: 3000 }])]],
    ['a rule has the name', [policy([{ port: 'http', protocol: 'TCP' }])]],
    ['a rule has a range around it', [policy([{ port: 2999, endPort: 3001 }])]],
    ['a rule has every port of the protocol', [policy([{ protocol: 'TCP' }])]],
    ['another policy admits it', [policy('none'), policy([{ port: 3000 }])]],
  ])('are none when %s', (_, policies) => {
    expect(blocked(policies)).toEqual([]);
  });

  test.each<[string, NetworkPolicy[]]>([
    ['nothing is admitted', [policy('none')]],
    ['another number is admitted', [policy([{ port: 80 }])]],
    ['the name is of another port', [policy([{ port: 'metrics' }])]],
    ['the range ends before it', [policy([{ port: 2000, endPort: 2999 }])]],
    ['UDP is admitted', [policy([{ port: 3000, protocol: 'UDP' }])]],
    ['every policy admits others', [policy([{ port: 80 }]), policy([{ port: 443 }])]],
    ['the policy selects all, and its types are not said', [{ ...policy('none'), spec: {} }]],
  ])('name it when %s', (_, policies) => {
    expect(blocked(policies)).toMatchObject([{ service: 'shop-active', number: 3000, policies }]);
  });

  test('are of the protocol of the Service', () => {
    expect(blocked([policy([{ port: 53, protocol: 'UDP' }])], { port: 53, protocol: 'UDP' })).toEqual([]);
    expect(blocked([policy([{ port: 53 }])], { port: 53, protocol: 'UDP' })).toHaveLength(1);
  });

  test('are told with the policies, the Pod and the Service', () => {
    const [one] = blocked([policy('none'), { ...policy('none'), metadata: { name: 'deny' } }]);
    expect(one && blockedText(one)).toBe(
      'networkpolicies "shop", "deny" do not admit port 3000 of pod "g1", to which service "shop-active", port 80 (http) leads',
    );
  });
});

test.each<[LabelSelector, boolean]>([
  [{}, true],
  [{ matchLabels: { app: 'shop' } }, true],
  [{ matchLabels: { app: 'shop', tier: 'web' } }, false],
  [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'shop'] }] }, true],
  [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['shop'] }] }, false],
  [{ matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['web'] }] }, true],
  [{ matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, false],
  [{ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, true],
])('matchesLabels %j: %s', (selector, matches) => {
  expect(matchesLabels(selector, { app: 'shop' })).toBe(matches);
});
