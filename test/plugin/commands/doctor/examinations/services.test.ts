import { describe, expect, test } from '@jest/globals';
import { POLICY_ANNOTATION } from '../../../../../charts/names.js';
import { activeService, reachability } from '../../../../../plugin/commands/doctor/examinations/services.js';
import type { ServiceDetail } from '../../../../../plugin/commands/doctor/kinds.js';
import { POLICY, service, stateOf } from '../../../cluster-objects.js';
import { factsOf, healthyState, warning } from '../facts.js';

const active = (spec: object = {}, annotations = {}, status = {}): { active: ServiceDetail } => {
  const own = healthyState().active as ServiceDetail;
  const metadata = { ...own.metadata, annotations: { ...own.metadata.annotations, ...annotations } };
  return { active: { ...own, metadata, spec: { ...own.spec, ...spec }, status } };
};

describe('the active Service', () => {
  test('as it is synthesized is no finding', () => {
    expect(activeService.examine(factsOf())).toEqual([]);
  });

  test('without a policy gets the defaults, which are what is used', () => {
    const [finding] = activeService.examine(factsOf({ state: { active: service('shop-active', 'blue', {}) } }));
    expect(finding).toMatchObject({ id: 'no-policy', severity: 'warning' });
    expect(finding?.fix).toContain(`'${POLICY_ANNOTATION}=${JSON.stringify({ promotion: POLICY.promotion })}'`);
  });

  test('gets the policy of its manifest where there is one', () => {
    const manifest = service('shop-active', 'blue');
    manifest.metadata.annotations = { [POLICY_ANNOTATION]: '{\n  "container": "x"\n}' };
    const manifests = { shared: [], colors: { blue: [], green: [] }, active: manifest, preview: undefined };
    const state = { active: service('shop-active', 'blue', {}) };
    expect(activeService.examine(factsOf({ state, manifests }))[0]?.fix).toContain(
      `'${POLICY_ANNOTATION}={"container":"x"}'`,
    );
  });

  test('with a policy that cannot be read is refused by every command, until it is removed', () => {
    expect(
      activeService.examine(
        factsOf({ policyErrors: [{ object: service('shop-active', 'blue'), message: 'an unreadable annotation' }] }),
      ),
    ).toEqual([
      expect.objectContaining({
        id: 'policy-unreadable',
        severity: 'problem',
        fix: `kubectl annotate --overwrite service shop-active ${POLICY_ANNOTATION}- -n store --context=prod`,
      }),
    ]);
  });

  test('with a policy of a newer plugin is not written over', () => {
    const error = { object: service('shop-active', 'blue'), message: 'schema 2', isNewer: true };
    expect(activeService.examine(factsOf({ policyErrors: [error] }))).toEqual([
      expect.objectContaining({ id: 'policy-newer', severity: 'problem', fix: 'kubectl bluegreen version' }),
    ]);
  });

  test('that Argo CD owns is promoted by a commit', () => {
    const owner = { tool: 'Argo CD', evidence: 'x', remedy: '' } as const;
    expect(activeService.examine(factsOf({ owner }))).toEqual([
      expect.objectContaining({
        id: 'gitops-owner',
        severity: 'warning',
        why: expect.stringContaining('"kubectl bluegreen gitops shop"'),
        fix: 'kubectl bluegreen promote shop --write-back --dry-run -n store --context=prod',
      }),
    ]);
  });

  test('whose load balancer has no address, with what its provider says', () => {
    const events = [warning('Service', 'shop-active', 'SyncLoadBalancerFailed', 'quota')];
    expect(activeService.examine(factsOf({ state: active({ type: 'LoadBalancer' }), events }))).toEqual([
      expect.objectContaining({
        id: 'load-balancer-pending',
        severity: 'warning',
        affects: 'traffic',
        why: expect.stringContaining('the provider of load balancers failed'),
        evidence: ['event SyncLoadBalancerFailed: quota'],
      }),
    ]);
  });

  test('whose load balancer has an address is no finding', () => {
    const state = active({ type: 'LoadBalancer' }, {}, { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } });
    expect(activeService.examine(factsOf({ state }))).toEqual([]);
  });

  test('that is absent is told elsewhere', () => {
    const { active: _, ...state } = stateOf();
    expect(activeService.examine({ ...factsOf(), state })).toEqual([]);
  });
});

describe('the way through kube-proxy', () => {
  const seen = { pod: 'b1', address: '10.96.0.7:80' };

  test('that works is no finding', () => {
    expect(reachability.examine(factsOf({ reachability: seen }))).toEqual([]);
  });

  test('that does not is looked into in kube-system', () => {
    expect(reachability.examine(factsOf({ reachability: { ...seen, why: 'timed out' } }))).toEqual([
      expect.objectContaining({
        id: 'not-reachable',
        severity: 'problem',
        affects: 'traffic',
        fix: 'kubectl logs -l k8s-app=kube-proxy --tail=20 --prefix -n kube-system --context=prod',
      }),
    ]);
  });

  test('that does not because of a wrong port has the port put right', () => {
    const state = active({ ports: [{ port: 80, targetPort: 9 }] });
    expect(reachability.examine(factsOf({ state, reachability: { ...seen, why: 'timed out' } }))[0]).toMatchObject({
      why: expect.stringContaining('sends port 80 to port 9'),
      fix: expect.stringContaining('"value":"http"'),
    });
  });
});
