import { describe, expect, test } from '@jest/globals';
import type { LiveService } from '../../../../plugin/commands/init/objects.js';
import {
  madeBy,
  othersBehind,
  requireOneApplication,
  servicesOf,
} from '../../../../plugin/commands/init/own-service.js';
import type { Pod, ReplicaSet } from '../../../../plugin/core/kubernetes.js';
import { meta, plain, service } from './plain.js';

const owner = (kind: string, name: string) => ({ kind, name, uid: `uid-${name}`, controller: true });

const replicaSet = (name: string, of: string, labels: Record<string, string>, replicas = 1) =>
  ({
    metadata: { ...meta(name), labels, ownerReferences: [owner('Deployment', of)] },
    spec: { replicas },
  }) as unknown as ReplicaSet;

const pod = (name: string, labels: Record<string, string>, of?: { kind: string; name: string }) =>
  ({
    metadata: { ...meta(name), labels, ...(of && { ownerReferences: [owner(of.kind, of.name)] }) },
  }) as unknown as Pod;

const HASH = 'pod-template-hash';
const SETS = [replicaSet('web-1', 'web', { app: 'web', [HASH]: '1' }), replicaSet('api-1', 'api', { app: 'api' })];
const { deployment } = plain({ app: 'web' });
const own = madeBy(deployment, SETS);

const without = (more: Partial<LiveService['spec']>): LiveService => {
  const web = service('db', { app: 'web' });
  return { ...web, spec: { ...web.spec, ...more } };
};

const attempt =
  (named: LiveService, others: readonly LiveService[] = [], of = deployment) =>
  () => {
    const services = [named, ...others];
    const selecting = servicesOf(of, services, own);
    requireOneApplication({ deployment: of, service: named, services, selecting }, 'store');
  };

describe('a Service of a Deployment', () => {
  test.each<[string, LiveService]>([
    ['all labels', service('web', { app: 'web' })],
    ['the ReplicaSet that runs', service('web', { app: 'web', [HASH]: '1' })],
  ])('selects its Pods by %s', (_, named) => {
    expect(attempt(named)).not.toThrow();
  });

  test.each<[string, LiveService, string]>([
    ['of another application', service('db', { app: 'db' }), 'selects app=db'],
    ['of labels that its Pods have only in part', service('db', { app: 'web', tier: 'db' }), 'selects app=web,tier=db'],
    ['of another ReplicaSet', service('db', { app: 'web', [HASH]: '2' }), `selects app=web,${HASH}=2`],
    ['without a selector', without({ selector: {} }), 'has no selector'],
    ['of type ExternalName', without({ type: 'ExternalName' }), 'is of type ExternalName, which leads to no Pods'],
  ])('is none %s: it is refused, and those that are are named', (_, named, why) => {
    const text = `service "db" ${why}, want one that selects the Pods of deployment "web" (app=web): `;
    expect(attempt(named, [service('web', { app: 'web' }), service('all', { app: 'web' })])).toThrow(
      `${text}name one of these with --service: "web", "all"`,
    );
    expect(attempt(named)).toThrow(`${text}no Service of the namespace does, so create one first`);
  });
});

test('a color of a release is no Deployment to make another release of', () => {
  const active = service('shop-active', { app: 'shop', version: 'blue' });
  const blue = { ...deployment, metadata: meta('shop-blue') };
  const annotated = (policy: string) => ({
    ...active,
    metadata: { ...active.metadata, annotations: { 'kubectl-bluegreen.dev/policy': policy } },
  });
  const web = service('web', { app: 'web' });
  expect(attempt(web, [annotated('{}')], blue)).toThrow('deployment "shop-blue" is a color of release "shop"');
  // A pair that was made by hand is no release yet.
  expect(attempt(web, [active], blue)).not.toThrow();
});

describe('what a Service leads to besides a Deployment', () => {
  const named = service('web', { app: 'web' });
  const pods = [pod('web-1-a', { app: 'web' }, { kind: 'ReplicaSet', name: 'web-1' })];
  const others = (more: { pods?: Pod[]; replicaSets?: ReplicaSet[] }) =>
    othersBehind(named, own, {
      pods: [...pods, ...(more.pods ?? [])],
      replicaSets: [...SETS, ...(more.replicaSets ?? [])],
    });

  test.each<[string, Parameters<typeof others>[0], string[]]>([
    ['nothing', {}, []],
    ['a Pod of its own making', { pods: [pod('bare', { app: 'web' })] }, ['pod/bare']],
    [
      'Pods of a StatefulSet, told once',
      { pods: ['0', '1'].map((n) => pod(`db-${n}`, { app: 'web' }, { kind: 'StatefulSet', name: 'db' })) },
      ['statefulset/db'],
    ],
    [
      'another Deployment, by what made its Pods',
      {
        replicaSets: [replicaSet('api-2', 'api', { app: 'web' })],
        pods: [pod('api-2-a', { app: 'web' }, { kind: 'ReplicaSet', name: 'api-2' })],
      },
      ['deployment/api'],
    ],
    [
      'a Deployment that is scaled to 0',
      { replicaSets: [replicaSet('api-2', 'api', { app: 'web' }, 0)] },
      ['deployment/api'],
    ],
  ])('%s', (_, more, expected) => {
    expect(others(more)).toEqual(expected);
  });
});
