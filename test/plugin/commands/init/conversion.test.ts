import { describe, expect, test } from '@jest/globals';
import { specText } from '../../../../charts/index.js';
import { convert, judgeConversion } from '../../../../plugin/commands/init/conversion.js';
import type { Plain } from '../../../../plugin/commands/init/plain.js';
import { objectsOf } from '../../../../plugin/commands/init/spec.js';
import { plain, service } from './plain.js';

const SITE = { release: 'site', namespace: 'store' };

describe('a plain Deployment', () => {
  test('becomes a release that runs the same in both colors', () => {
    const web = plain({ app: 'web', tier: 'front' });
    const spec = convert(web, SITE, undefined);
    expect(spec).toMatchObject({
      name: 'site',
      active: 'blue',
      colors: { blue: { version: 'v1' }, green: { version: 'v1' } },
      replicas: 3,
      container: { name: 'web' },
      ports: [{ name: 'http', containerPort: 8080, servicePort: 80 }],
      // The value of a variable that happens to be a color is a value.
      env: { SHADE: 'blue' },
      service: { type: 'LoadBalancer' },
      labels: { tier: 'front' },
      checks: [{ name: 'readiness', path: '/ready' }],
    });
    expect(judgeConversion(web, objectsOf(specText(spec, 'site'), 'site'), 'site').losses).toEqual([]);
  });

  test('gives the new Pods none of the labels by which a Service finds the old ones', () => {
    const services = [
      service('web', { app: 'web' }),
      service('front', { tier: 'front' }),
      service('other', { team: 'b' }),
    ];
    const web = plain({ app: 'web', tier: 'front', team: 'a' }, { services });
    const spec = convert(web, SITE, undefined);
    expect(spec.labels).toEqual({ team: 'a' });
    expect(judgeConversion(web, objectsOf(specText(spec, 'site'), 'site'), 'site').notes).toContain(
      'the new Pods do not have the label tier, by which those that are there are found',
    );
  });

  test.each([
    ['its own Service', service('web', { app: 'web' })],
    ['another Service', service('all', { app: 'web', 'deployment-type': 'blue-green' })],
    ['a Service of one color', service('half', { app: 'web', version: 'green' })],
  ])('is refused while %s would take the new Pods in', (_, taking) => {
    const web = plain({ app: 'web' }, { services: [taking] });
    const message = `service "${taking.metadata.name}" would send its traffic to the new Pods as well`;
    expect(() => convert(web, { ...SITE, release: 'web' }, undefined)).toThrow(message);
  });

  test('is told how its Service can be parted from the new Pods, where that moves no traffic', () => {
    const asWeb = (more: Partial<Plain>) => () =>
      convert(plain({ app: 'web' }, more), { ...SITE, release: 'web' }, undefined);
    const command = `kubectl patch service web --namespace=store --patch='{"spec":{"selector":{"pod-template-hash":"5d4f"}}}'`;
    expect(asWeb({})).toThrow(command);
    // It leads to Pods of others as well, or another Service takes them in.
    expect(asWeb({ templateHash: undefined })).not.toThrow('kubectl patch');
    // Nor is it narrowed when Pods of others would be led to once they are scaled up.
    expect(asWeb({ others: ['deployment/api'] })).not.toThrow('kubectl patch');
    expect(asWeb({ services: [service('all', { app: 'web' })] })).not.toThrow('kubectl patch');
  });

  test('may have the name of its release once its Service leads to its own Pods alone', () => {
    const narrowed = service('web', { app: 'web', 'pod-template-hash': '5d4f' });
    const web = plain({ app: 'web' }, { services: [narrowed], service: narrowed });
    const spec = convert(web, { ...SITE, release: 'web' }, 'store');
    expect(spec).toMatchObject({ name: 'web', namespace: 'store' });
    expect(judgeConversion(web, objectsOf(specText(spec, 'web'), 'web'), 'web').notes.join()).toContain(
      'deployment "web" selects the labels of the new Pods too',
    );
  });

  test('with something that a spec cannot say is told so, and what only the new Pods have', () => {
    const web = plain({ app: 'web' });
    const [container] = web.deployment.spec.template.spec.containers;
    if (container) delete container.readinessProbe;
    Object.assign(web.deployment.spec.template.spec, { volumes: [{ name: 'data', emptyDir: {} }] });
    const spec = convert(web, SITE, undefined);
    const { losses, notes } = judgeConversion(web, objectsOf(specText(spec, 'site'), 'site'), 'site');
    expect(losses).toEqual(['deployment/site-blue: spec.template.spec.volumes: not supported by the release spec']);
    expect(notes).toContainEqual(expect.stringContaining('the spec adds a readinessProbe'));
  });
});
