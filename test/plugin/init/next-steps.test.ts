import { describe, expect, test } from '@jest/globals';
import { POLICY_ANNOTATION } from '../../../charts/names.js';
import { conversionSteps, policySteps } from '../../../plugin/init/next-steps.js';
import type { LiveIngress } from '../../../plugin/init/objects.js';
import { POLICY } from '../cluster-objects.js';
import { meta, plain } from './plain.js';

const SITE = { release: 'site', namespace: 'store' };

describe('after a plain Deployment', () => {
  test('has its way to the release told, to the last command', () => {
    const ingress: LiveIngress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta('front'),
      spec: {
        rules: [
          { host: 'a', http: { paths: [{ backend: { service: { name: 'other' } } }] } },
          { host: 'b', http: { paths: [{ backend: { service: { name: 'web', port: { name: 'web' } } } }] } },
        ],
      },
    };
    const at = '/spec/rules/1/http/paths/0/backend/service';
    const patch = [
      { op: 'replace', path: `${at}/name`, value: 'site-active' },
      { op: 'replace', path: `${at}/port`, value: { number: 80 } },
    ];
    const steps = conversionSteps(plain({ app: 'web' }, { ingresses: [ingress] }), SITE);
    expect(steps).toContain(
      `kubectl patch ingress front --namespace=store --type=json --patch='${JSON.stringify(patch)}'`,
    );
    expect(steps).toContainEqual(expect.stringContaining('kubectl get service site-active --namespace=store'));
    expect(steps.at(-1)).toBe('kubectl delete deployment/web service/web --namespace=store');
  });
});

describe('after objects that were made by hand', () => {
  const active = (policy: object) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'site-active', annotations: { [POLICY_ANNOTATION]: JSON.stringify(policy, null, 2) } },
  });

  test('nothing is to be done for a policy that holds anyway', () => {
    expect(policySteps([active(POLICY)], POLICY, SITE)).toEqual([]);
  });

  test('another policy is given to the Service, in words that a shell takes as they are', () => {
    const policy = { ...POLICY, checks: [{ ...POLICY.checks[0], bodyContains: "it's up" }] };
    const [, command = ''] = policySteps([active(policy)], POLICY, SITE);
    expect(command).toMatch(/^kubectl annotate service site-active --namespace=store --overwrite '/);
    const quoted = command.slice(command.indexOf(" '") + 2, -1).replaceAll("'\\''", "'");
    expect(quoted).toBe(`${POLICY_ANNOTATION}=${JSON.stringify(policy)}`);
  });
});
