import { describe, expect, test } from '@jest/globals';
import { specText } from '../../../../charts/index.js';
import { judgeAdoption, requireAdoptable } from '../../../../plugin/commands/init/adoption.js';
import { describeRelease } from '../../../../plugin/commands/init/describe.js';
import { objectsOf } from '../../../../plugin/commands/init/spec.js';
import { RefusedError } from '../../../../plugin/core/errors.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { handMadeObjects } from '../../../e2e/support/hand-made.js';
import { failure } from '../../failure.js';
import { mergePatch } from '../../server/patches.js';

const SHOP = { name: 'shop', active: 'green', versions: { blue: 'v1', green: 'v2' } } as const;

/** As the server shows them; `changes` are merged into the object of that kind and name. */
function live(changes: Record<string, object> = {}): KubernetesObject[] {
  return (handMadeObjects(SHOP) as KubernetesObject[]).map((object) => {
    const key = `${object.kind}/${object.metadata.name}`;
    const filled = { metadata: { uid: `uid-${key}`, resourceVersion: '7' } };
    const pulls = { spec: { template: { spec: { containers: [{ name: 'shop', imagePullPolicy: 'IfNotPresent' }] } } } };
    const base = mergePatch(object, mergePatch(filled, object.kind === 'Deployment' ? pulls : {}, true), true);
    return mergePatch(base, changes[key] ?? {}, true) as KubernetesObject;
  });
}

function judge(objects: readonly KubernetesObject[]) {
  const active = requireAdoptable({ objects, autoscalers: [] }, 'shop', 'store');
  const input = describeRelease({ release: 'shop', active, objects });
  return { input, ...judgeAdoption(objects, objectsOf(specText(input, 'shop'), 'shop'), 'shop', active) };
}

const template = (spec: object) => ({ spec: { template: { spec } } });
const container = (fields: object) => template({ containers: [{ name: 'shop', ...fields }] });
/** Of both colors. */
const both = (change: object) => ({ 'Deployment/shop-blue': change, 'Deployment/shop-green': change });

describe('objects that were made by hand', () => {
  test('become a spec that loses nothing', () => {
    const { input, losses, notes } = judge(live());
    expect(losses).toEqual([]);
    expect(notes.every((note) => note.includes('metadata.labels'))).toBe(true);
    expect(input).toMatchObject({
      active: 'green',
      colors: { blue: { version: 'v1' }, green: { version: 'v2' } },
      env: { EMPTY: '', DEPLOYMENT_VERSION: { releaseField: 'color' } },
      config: { data: { RATE_LIMIT_WINDOW_MS: '900000', RATE_LIMIT_MAX_REQUESTS: '100' } },
      resources: { requests: { cpu: '0.01' } },
      securityContext: { runAsUser: 1000, seccompProfile: 'unset', readOnlyRootFilesystem: 'unset' },
      preStopSeconds: 3,
      preStopCommand: ['/bin/sleep', '3'],
    });
  });

  test.each<[string, Record<string, object>, string]>([
    [
      'a volume',
      both(template({ volumes: [{ name: 'a' }] })),
      'deployment/shop-green: spec.template.spec.volumes: not supported by the release spec',
    ],
    [
      'an exec probe',
      both(container({ livenessProbe: { httpGet: null, exec: { command: ['true'] } } })),
      'deployment/shop-green: spec.template.spec.containers[shop].livenessProbe: not supported by the release spec',
    ],
    [
      'no readiness probe',
      both(container({ readinessProbe: null })),
      'deployment/shop-green: spec.template.spec.containers[shop].readinessProbe: is not live, and a spec would add it',
    ],
    [
      'envFrom',
      both(container({ envFrom: [{ secretRef: { name: 'a' } }] })),
      'deployment/shop-green: spec.template.spec.containers[shop].envFrom: not supported by the release spec',
    ],
    [
      'an image without a tag',
      both(container({ image: 'shop' })),
      'deployment/shop-green: spec.template.spec.containers[shop].image "shop": a spec would make it "shop:latest"',
    ],
    [
      'colors that differ',
      { 'Deployment/shop-blue': container({ resources: { requests: { cpu: '20m' } } }) },
      'deployment/shop-blue: spec.template.spec.containers[shop].resources.requests.cpu: green has it otherwise, and a spec says it once for both',
    ],
    [
      'a strategy',
      both({ spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }),
      'deployment/shop-green: spec.strategy.type "Recreate": a spec would make it "RollingUpdate"',
    ],
    [
      'sources of a load balancer',
      { 'Service/shop-active': { spec: { loadBalancerSourceRanges: ['10.0.0.0/8'] } } },
      'service/shop-active: spec.loadBalancerSourceRanges: not supported by the release spec',
    ],
    [
      'sticky sessions',
      { 'Service/shop-active': { spec: { sessionAffinity: 'ClientIP' } } },
      'service/shop-active: spec.sessionAffinity "ClientIP": not supported by the release spec',
    ],
  ])('with %s are told so, by path', (_, changes, loss) => {
    expect(judge(live(changes)).losses).toContain(loss);
  });

  test('that lose the value of a variable do not tell it', () => {
    const change = (env: string) => container({ env: [{ name: 'NODE_ENV', value: env }] });
    const { losses } = judge(
      live({ 'Deployment/shop-blue': change('geheim'), 'Deployment/shop-green': change('anders') }),
    );
    expect(losses.join('\n')).toContain('env[NODE_ENV].value');
    expect(losses.join('\n')).not.toMatch(/geheim|anders/);
  });

  test('keep a ConfigMap out of the release that has more than their variables', () => {
    const { input, losses, notes } = judge(live({ 'ConfigMap/shop-config': { data: { OTHER: 'x' } } }));
    expect(losses).toEqual([]);
    expect(notes.join('\n')).toContain('configmap/shop-config stays outside of the release');
    expect(input.env).toMatchObject({ RATE_LIMIT_MAX_REQUESTS: { configMapKeyRef: { name: 'shop-config' } } });
  });

  test('keep variables in the order that they have', () => {
    const env = [
      {
        name: 'RATE_LIMIT_WINDOW_MS',
        valueFrom: { configMapKeyRef: { name: 'shop-config', key: 'RATE_LIMIT_WINDOW_MS' } },
      },
      { name: 'LAST', value: '1' },
    ];
    const objects = live().map((object) => {
      if (object.kind !== 'Deployment') return object;
      const copy = JSON.parse(JSON.stringify(object)) as KubernetesObject & {
        spec: { template: { spec: { containers: { env: object[] }[] } } };
      };
      for (const each of copy.spec.template.spec.containers) each.env = env;
      return copy;
    });
    expect(judge(objects).losses).toEqual([]);
  });

  test.each([
    [3, 1, { replicas: 3, idleReplicas: 1 }],
    [3, 0, { replicas: 3, idleReplicas: 0 }],
    [2, 5, { replicas: 2, colors: { blue: { replicas: 5 } } }],
  ])('keep their numbers of Pods: %d active, %d idle', (active, idle, wanted) => {
    const { input, losses } = judge(
      live({
        'Deployment/shop-green': { spec: { replicas: active } },
        'Deployment/shop-blue': { spec: { replicas: idle } },
      }),
    );
    expect(input).toMatchObject(wanted);
    expect(losses).toEqual([]);
  });

  test('that lack some are told what deploy makes', () => {
    const { notes, losses } = judge(
      live().filter(({ metadata }) => metadata.name !== 'shop-preview' && metadata.name !== 'shop-blue'),
    );
    expect(losses).toEqual([]);
    expect(notes).toEqual(
      expect.arrayContaining([
        'service/shop-preview is not there; deploy creates it',
        'deployment/shop-blue is not there; deploy creates it',
      ]),
    );
  });
});

describe('what cannot be changed is refused', () => {
  const refuse = (objects: readonly KubernetesObject[]) => () =>
    requireAdoptable({ objects, autoscalers: [] }, 'shop', 'store');

  test('the selector of a Deployment', () => {
    const changes = { 'Deployment/shop-blue': { spec: { selector: { matchLabels: { version: 'azul' } } } } };
    expect(refuse(live(changes))).toThrow(
      /deployment "shop-blue" has selector app=shop,version=azul, want app=shop,version=blue/,
    );
  });

  test('a selector of the active Service that names no color', () => {
    const changes = { 'Service/shop-active': { spec: { selector: { version: 'azul' } } } };
    expect(refuse(live(changes))).toThrow(/service "shop-active" has selector app=shop,version=azul/);
  });

  test('a release without the Service that says where traffic is', () => {
    expect(refuse(live().filter(({ metadata }) => metadata.name !== 'shop-active'))).toThrow(
      failure(
        RefusedError,
        'services "shop-active" not found in namespace "store": its selector says which color has the traffic',
      ),
    );
  });

  test('an autoscaler of another name, beside which there would be a second one', () => {
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'mine' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'shop-blue' }, maxReplicas: 3 },
    };
    expect(() => requireAdoptable({ objects: live(), autoscalers: [autoscaler] }, 'shop', 'store')).toThrow(
      /horizontalpodautoscaler "mine" scales deployment "shop-blue", want one of the same name/,
    );
  });
});
