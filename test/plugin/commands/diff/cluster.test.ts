import { describe, expect, test } from '@jest/globals';
import type { Color } from '../../../../charts/names.js';
import { type ClusterView, clusterNotes, compareWithCluster } from '../../../../plugin/commands/diff/cluster.js';
import type { Situation } from '../../../../plugin/commands/diff/expected.js';
import type { Deployment, KubernetesObject, Service } from '../../../../plugin/core/kubernetes.js';
import { allObjects, type LiveObjects, objectKey } from '../../../../plugin/plan/manifests.js';
import { asLive, autoscaler, configMap, liveObjects, manifestDeployment, manifestsOf } from '../../manifests.js';

interface Options {
  readonly active?: Color;
  /** Changes what lives. */
  readonly live?: (objects: KubernetesObject[]) => KubernetesObject[];
  readonly manifests?: ReturnType<typeof manifestsOf>;
  readonly labelled?: readonly KubernetesObject[];
}

/** A release that lives as its manifests say, but for what a test changes; without a dry run. */
function viewOf({
  active = 'blue',
  live = (o) => o,
  manifests = manifestsOf(),
  labelled = [],
}: Options = {}): ClusterView {
  const other = active === 'blue' ? 'green' : 'blue';
  const select = (object: KubernetesObject, color: Color) => ({
    ...object,
    spec: { ...(object as Service).spec, selector: { app: 'shop', version: color } },
  });
  const objects = allObjects(manifests).map((object) => {
    if (object.metadata.name === 'shop-active') return select(object, active);
    return object.metadata.name === 'shop-preview' ? select(object, other) : object;
  });
  const lives: LiveObjects = liveObjects(...live(objects.map(asLive)));
  const installed = lives.has('Service/shop-active');
  const situation: Situation = {
    release: 'shop',
    manifests,
    live: lives,
    active: installed ? active : undefined,
    manifestActive: 'blue',
  };
  return { situation, namespace: 'store', applied: new Map(), labelled };
}

const deployment = (color: Color, spec: Partial<Deployment['spec']>) => (objects: KubernetesObject[]) =>
  objects.map((object) =>
    object.kind === 'Deployment' && object.metadata.name === `shop-${color}`
      ? ({ ...object, spec: { ...(object as Deployment).spec, ...spec } } as KubernetesObject)
      : object,
  );
const replace = (name: string, change: (object: KubernetesObject) => object) => (objects: KubernetesObject[]) =>
  objects.map((object) => (object.metadata.name === name ? (change(object) as KubernetesObject) : object));
const without = (name: string) => (objects: KubernetesObject[]) =>
  objects.filter((object) => object.metadata.name !== name);
const notesOf = (options: Options) => compareWithCluster(viewOf(options)).map(({ object, note }) => [object, note]);

describe('a release that is as its manifests say', () => {
  test.each(['blue', 'green'] as const)('has no differences with its traffic on %s', (active) => {
    expect(compareWithCluster(viewOf({ active }))).toEqual([]);
  });

  test('has none for records of the plugin, or what a server fills in', () => {
    const annotations = { 'kubectl-bluegreen.dev/last-operation': '{}', 'deployment.kubernetes.io/revision': '3' };
    const live = replace('shop-active', (object) => ({ ...object, metadata: { ...object.metadata, annotations } }));
    expect(compareWithCluster(viewOf({ live }))).toEqual([]);
  });

  test('tells where the traffic is, as something to know', () => {
    expect(clusterNotes(viewOf({ active: 'blue' }), 'dist')).toEqual([]);
    expect(clusterNotes(viewOf({ active: 'green' }), 'dist')).toEqual([
      'traffic of shop is on green; the manifest of service/shop-active names blue for the first install: left as it is',
    ]);
  });

  test('tells of objects that have no manifest', () => {
    const labelled = [configMap('hello'), autoscaler('blue')];
    expect(clusterNotes(viewOf({ labelled }), 'dist')).toEqual([
      'horizontalpodautoscaler.autoscaling/shop-blue carries the label of shop and is not in dist',
    ]);
  });
});

describe('an object that left the manifests', () => {
  const ours = <T extends KubernetesObject>(object: T, color?: Color): T => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: { app: 'shop', ...(color && { version: color }) },
      managedFields: [{ manager: 'bluegreen', operation: 'Apply' }],
    },
  });

  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'shop' } };
  const used = { template: { spec: { serviceAccountName: 'shop', containers: [] } } };

  test.each<[string, Options, string]>([
    [
      'of the idle color',
      { labelled: [ours(autoscaler('green'), 'green')] },
      'not in the manifests: deploy -f deletes it',
    ],
    [
      'of the color with the traffic',
      { labelled: [ours(autoscaler('blue'), 'blue')] },
      'not deleted by deploy: blue carries traffic',
    ],
    [
      'of both colors',
      { labelled: [ours(account)] },
      'not in the manifests: deploy -f deletes it with --apply-shared alone',
    ],
  ])('%s is a difference', (_, options, note) => {
    const view = viewOf(options);
    expect(compareWithCluster(view)).toMatchObject([{ change: 'removed', note }]);
    expect(clusterNotes(view, 'dist')).toEqual([]);
  });

  test('is something to know while the color with the traffic uses it', () => {
    const view = viewOf({ labelled: [ours(account)], live: deployment('blue', used) });
    expect(compareWithCluster(view).filter(({ change }) => change === 'removed')).toEqual([]);
    expect(clusterNotes(view, 'dist')).toEqual(['serviceaccount/shop carries the label of shop and is not in dist']);
  });
});

describe('what a difference means', () => {
  const v9 = { template: { spec: { containers: [{ name: 'shop', image: 'registry.example:5000/shop:v9' }] } } };

  test.each<[string, Options, string, string]>([
    [
      'the idle color',
      { live: deployment('green', v9) },
      'deployment.apps/shop-green',
      'image registry.example:5000/shop:v9 -> v2; deploy -f applies it to green, which carries no traffic',
    ],
    [
      'the color with the traffic',
      { active: 'green', live: deployment('green', v9) },
      'deployment.apps/shop-green',
      'image registry.example:5000/shop:v9 -> v2; not applied by deploy: green carries traffic',
    ],
    [
      'an object that both colors use',
      { live: replace('shop-config', (object) => ({ ...object, data: { GREETING: 'x' } })) },
      'configmap/shop-config',
      'data GREETING; used by both colors: deploy -f applies it with --apply-shared alone',
    ],
    ['an object that is not there', { live: without('shop-config') }, 'configmap/shop-config', 'deploy -f creates it'],
    [
      'the type of the active Service',
      { live: replace('shop-active', (o) => ({ ...o, metadata: { ...o.metadata, labels: { app: 'other' } } })) },
      'service/shop-active',
      'metadata.labels.app; promote -f applies it in the request that moves traffic, deploy -f with --apply-shared',
    ],
  ])('is told of %s', (_, options, object, note) => {
    expect(notesOf(options)).toEqual([[object, note]]);
  });

  test('is told of a policy: that of the manifest counts, and is written afterwards', () => {
    const manifests = manifestsOf();
    const policy = (text: string) => (object: KubernetesObject) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { 'kubectl-bluegreen.dev/policy': text } },
    });
    const stated = { ...manifests, active: policy('{"port":1}')(manifests.active) as unknown as Service };
    expect(notesOf({ manifests: stated, live: replace('shop-active', policy('{"port":2}')) })).toEqual([
      [
        'service/shop-active',
        "policy port; deploy -f and promote -f go by the manifest's policy, and write it when they have succeeded",
      ],
    ]);
  });

  test('is told of a release that is not installed', () => {
    const changes = compareWithCluster(viewOf({ live: () => [] }));
    expect(changes).toHaveLength(7);
    for (const { change, note, after } of changes) {
      expect([change, note]).toEqual(['added', 'the release is not installed: deploy installs it']);
      expect(after?.metadata.namespace).toBe('store');
    }
  });
});

describe('replicas', () => {
  const manifests = (blue: number, green: number) => {
    const all = manifestsOf({ green: manifestDeployment('green', 'v2', { replicas: green }) });
    const own = manifestDeployment('blue', 'v1', { replicas: blue });
    return { ...all, colors: { ...all.colors, blue: all.colors.blue.map((o) => (o.kind === 'Deployment' ? own : o)) } };
  };

  test.each<[string, Color, [number, number], [number, number], string[]]>([
    ['as the manifests say', 'blue', [2, 0], [2, 0], []],
    ['of the idle color, raised by deploy to those of the active one', 'blue', [2, 0], [2, 2], []],
    ['of colors that changed roles', 'green', [2, 0], [0, 2], []],
    ['of colors that changed roles, before a cleanup', 'green', [2, 0], [2, 2], []],
    ['of the active color, scaled down by hand', 'blue', [2, 0], [1, 0], ['replicas 1 -> 2']],
    ['of the active color after a promotion, scaled down by hand', 'green', [2, 0], [2, 1], ['replicas 1 -> 2']],
    ['of the idle color after a cleanup that the spec does not know of', 'blue', [2, 2], [2, 0], ['replicas 0 -> 2']],
    ['of an active color that was scaled up', 'blue', [2, 2], [5, 2], ['replicas 5 -> 2']],
    ['that deploy would lower', 'blue', [2, 2], [4, 3], ['replicas 4 -> 2', 'replicas 3 -> 2']],
  ])('%s', (_, active, [blue, green], [liveBlue, liveGreen], notes) => {
    const live = (objects: KubernetesObject[]) =>
      deployment('green', { replicas: liveGreen })(deployment('blue', { replicas: liveBlue })(objects));
    const changes = notesOf({ active, manifests: manifests(blue, green), live });
    expect(changes.map(([, note]) => note?.split(';')[0])).toEqual(notes);
  });

  test('are left to an autoscaler where the manifest states none', () => {
    const { replicas, ...spec } = manifestDeployment('green', 'v2').spec;
    const green = { ...manifestDeployment('green', 'v2'), spec } as Deployment;
    expect(notesOf({ manifests: manifestsOf({ green }), live: deployment('green', { replicas: 9 }) })).toEqual([]);
  });
});

test('what the server says of a dry run counts, whatever the manifest states', () => {
  const view = viewOf();
  const manifest = manifestDeployment('green', 'v2');
  const result = asLive({ ...manifest, spec: { ...manifest.spec, paused: true } });
  const changes = compareWithCluster({ ...view, applied: new Map([[objectKey(manifest), result]]) });
  expect(changes.map(({ fields }) => fields)).toEqual([[{ path: 'spec.paused', to: true }]]);
});
