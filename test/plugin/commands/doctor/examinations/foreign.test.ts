import { expect, test } from '@jest/globals';
import { foreign } from '../../../../../plugin/commands/doctor/examinations/foreign.js';
import { examine } from '../../../../../plugin/commands/doctor/report.js';
import type { Deployment, KubernetesObject } from '../../../../../plugin/core/kubernetes.js';
import { configMap } from '../../../manifests.js';
import { detailed, factsOf, healthyState } from '../facts.js';

const others: Deployment = {
  ...detailed('green', 'v0'),
  spec: {
    ...detailed('green', 'v0').spec,
    replicas: 0,
    selector: { matchLabels: { app: 'database' } },
    template: { metadata: { labels: { app: 'database' } }, spec: { containers: [{ name: 'database' }] } },
  },
};
const { deployments } = healthyState();

test('what is of the release is no finding', () => {
  expect(foreign.examine(factsOf())).toEqual([]);
});

test('a Deployment of another owner is shown, and nothing else is said of it', () => {
  const facts = factsOf({ state: { deployments: { ...deployments, green: others } } });
  const about = examine({ facts, notReached: [] }, 'prod').findings.filter(
    ({ object }) => object === 'deployment.apps/shop-green',
  );
  expect(about).toMatchObject([
    {
      id: 'foreign-object',
      severity: 'problem',
      affects: 'promotion',
      what: expect.stringContaining('it selects app=database, want app=shop,version=green'),
      fix: 'kubectl describe deployment.apps/shop-green -n store --context=prod',
    },
  ]);
});

test('so is an object that a manifest names', () => {
  const object: KubernetesObject = { ...configMap('x'), metadata: { name: 'shop-other', labels: { app: 'cart' } } };
  const facts = factsOf({ live: new Map([['ConfigMap/shop-other', object]]) });
  expect(foreign.examine(facts)).toMatchObject([{ object: 'configmap/shop-other', affects: 'promotion' }]);
});
