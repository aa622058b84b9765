import { expect, test } from '@jest/globals';
import { UsageError } from '../../../plugin/core/errors.js';
import { objectPath, resourcePath } from '../../../plugin/kube/resources.js';
import { failure } from '../failure.js';
import { autoscaler, manifestDeployment, manifestService } from '../manifests.js';

test.each([
  [manifestService('shop-active', 'blue'), '/api/v1/namespaces/store/services/shop-active'],
  [manifestDeployment('green', 'v1'), '/apis/apps/v1/namespaces/store/deployments/shop-green'],
  [autoscaler('green'), '/apis/autoscaling/v2/namespaces/store/horizontalpodautoscalers/shop-green'],
])('objectPath of $kind is the one of the API', (object, path) => {
  expect(objectPath(object, 'store')).toBe(path);
});

test('resourcePath without a name is the collection', () => {
  expect(resourcePath('EndpointSlice', 'store')).toBe('/apis/discovery.k8s.io/v1/namespaces/store/endpointslices');
});

test('resourcePath does not let a name lead elsewhere', () => {
  expect(resourcePath('Pod', 'store', '../secrets/x?y')).toBe('/api/v1/namespaces/store/pods/..%2Fsecrets%2Fx%3Fy');
});

test.each(['Secret', 'ClusterRole'])('refuses kind %s, which is no part of a release', (kind) => {
  expect(() => resourcePath(kind, 'store', 'x')).toThrow(
    failure(UsageError, `objects of kind ${kind} cannot be part of a release`),
  );
});
