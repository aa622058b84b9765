import { describe, expect, test } from '@jest/globals';
import { conversionSteps } from '../../../../plugin/commands/init/next-steps.js';
import type { LiveIngress } from '../../../../plugin/commands/init/objects.js';
import { meta, plain, service } from './plain.js';

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
      { op: 'test', path: `${at}/name`, value: 'web' },
      { op: 'replace', path: `${at}/name`, value: 'site-active' },
      { op: 'replace', path: `${at}/port`, value: { number: 8443 } },
    ];
    const web = service('web', { app: 'web' });
    const ports = [
      { name: 'admin', port: 81 },
      { name: 'web', port: 8443 },
    ];
    const ofPorts = { ...web, spec: { ...web.spec, ports } };
    const steps = conversionSteps(plain({ app: 'web' }, { ingresses: [ingress], service: ofPorts }), SITE);
    expect(steps).toContain(
      `kubectl patch ingress front --namespace=store --type=json --patch='${JSON.stringify(patch)}'`,
    );
    expect(steps).toContainEqual(expect.stringContaining('kubectl get service site-active --namespace=store'));
    expect(steps.at(-1)).toBe('kubectl delete deployment/web service/web --namespace=store');
  });

  test('an Ingress without rules is led over by its default backend', () => {
    const ingress: LiveIngress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta('front'),
      spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    };
    const steps = conversionSteps(plain({ app: 'web' }, { ingresses: [ingress] }), SITE).join('\n');
    expect(steps).toContain('{"op":"replace","path":"/spec/defaultBackend/service/name","value":"site-active"}');
  });

  test('nothing of a Service that leads to other Pods too is changed or deleted', () => {
    const ingress: LiveIngress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: meta('front'),
      spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] },
    };
    const others = ['deployment/api'];
    const steps = conversionSteps(plain({ app: 'web' }, { ingresses: [ingress], others }), SITE);
    expect(steps.filter((line) => line.startsWith('kubectl') && !line.startsWith('kubectl get'))).toEqual([
      'kubectl delete deployment/web --namespace=store',
    ]);
    expect(steps.join()).toContain('service "web" leads to deployment/api too: it stays');
  });

  test('other Services of its Pods are named, and are not deleted', () => {
    const selecting = [service('web', { app: 'web' }), service('web-admin', { app: 'web' })];
    const steps = conversionSteps(plain({ app: 'web' }, { selecting }), SITE);
    expect(steps).toContain('# these Services lead to the old Pods too: web-admin');
    expect(steps.at(-1)).not.toContain('web-admin');
  });
});
