import { describe, expect, test } from '@jest/globals';
import type { Deployment, KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { lastServed, newestServed, type Served, servedAnnotation } from '../../../plugin/plan/served.js';
import { deployment, replicaSet, stateOf } from '../cluster-objects.js';

const RECORD: Served = { color: 'green', operationId: 'op-7', at: '2026-01-02T03:04:05.000Z', version: 'v2' };
const later = (one: Served, at: string) => ({ ...one, at });

function withRecord<T extends KubernetesObject>(object: T, served: Served | string): T {
  const annotations =
    typeof served === 'string' ? { 'kubectl-bluegreen.dev/served': served } : servedAnnotation(served);
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } },
  };
}

describe('which color had the traffic last', () => {
  const [blue, green]: Deployment[] = [deployment('blue', 'v1'), deployment('green', 'v2')];

  test('is on no Deployment at first', () => {
    expect(lastServed(stateOf())).toBeUndefined();
  });

  test('is what the newer of two records says, whichever Deployment carries it', () => {
    const old = { ...RECORD, color: 'blue' as const, at: '2026-01-01T23:59:59.999Z' };
    expect(newestServed([withRecord(blue as Deployment, RECORD), withRecord(green as Deployment, old)])).toEqual(
      RECORD,
    );
    expect(newestServed([withRecord(blue as Deployment, old), withRecord(green as Deployment, RECORD)])).toEqual(
      RECORD,
    );
  });

  test('outlives one of the Deployments', () => {
    const deployments = { blue: withRecord(blue as Deployment, RECORD), green: undefined };
    expect(lastServed(stateOf({ deployments }))).toEqual(RECORD);
  });

  test('outlives kubectl rollout undo, which takes the annotations of the older ReplicaSet', () => {
    const replicaSets = [withRecord(replicaSet('green', 'h2', 2), RECORD), replicaSet('green', 'h1', 3)];
    const deployments = { blue: undefined, green };
    expect(lastServed(stateOf({ deployments, replicaSets }))).toEqual(RECORD);
  });

  test('is not what a ReplicaSet of another Deployment says', () => {
    const replicaSets = [withRecord(replicaSet('green', 'h2', 2), RECORD)];
    expect(lastServed(stateOf({ deployments: { blue, green: undefined }, replicaSets }))).toBeUndefined();
  });

  test.each([
    ['no JSON', '{'],
    ['another shape', '{"color":"green"}'],
    ['no color', JSON.stringify({ ...RECORD, color: 'red' })],
    ['a time that does not sort', JSON.stringify(later(RECORD, 'yesterday'))],
    ['null', 'null'],
  ])('is not what an annotation says that is %s', (_, text) => {
    expect(newestServed([withRecord(blue as Deployment, text)])).toBeUndefined();
  });
});
