import { describe, expect, test } from '@jest/globals';
import { conversionSteps } from '../../../plugin/init/next-steps.js';
import type { LiveIngress } from '../../../plugin/init/objects.js';
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
