import { expect, test } from '@jest/globals';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import { applies, pickApplication } from '../../../../plugin/plan/gitops/application.js';
import { service } from '../../cluster-objects.js';

const live = service('shop-active', 'blue');
const active = { ...live, metadata: { ...live.metadata, namespace: 'store' } };
const own = { kind: 'Service', namespace: 'store', name: 'shop-active' };
const application = (namespace: string, resources?: object[]) =>
  ({
    metadata: { namespace, name: 'shop' },
    ...(resources && { status: { resources } }),
  }) as unknown as KubernetesObject;

test.each<[string, object[] | undefined, boolean | undefined]>([
  ['that does not say what it applied', undefined, undefined],
  ['that lists the Service', [{ ...own, kind: 'ConfigMap' }, own], true],
  ['that lists it without a namespace', [{ ...own, namespace: '' }], true],
  ['that lists other objects', [{ ...own, name: 'other' }], false],
  ['that lists it in another namespace', [{ ...own, namespace: 'other' }], false],
])('an Application %s has applied it, or not, or it is not known', (_, resources, known) => {
  expect(applies(application('argocd', resources), active)).toBe(known);
});

test('of several Applications the one that lists the Service is taken', () => {
  const applications = [application('a', [{ ...own, name: 'other' }]), application('b', [own])];
  expect(pickApplication(applications, active)).toEqual({ object: applications[1] });
});

test('several that list it are named', () => {
  expect(pickApplication([application('a', [own]), application('b', [own])], active)).toEqual({
    unread: 'there are several: a/shop, b/shop',
  });
});

test('one of another namespace that does not say what it applied is not taken for the one that did', () => {
  expect(pickApplication([application('a')], active)).toEqual({ unread: 'a/shop does not say what it applied' });
  expect(pickApplication([application('a'), application('b')], active)).toEqual({
    unread: 'a/shop, b/shop do not say what they applied',
  });
});

test('none is not there', () => {
  expect(pickApplication([], active)).toEqual({ unread: 'it is not there' });
});
