import { describe, expect, test } from '@jest/globals';
import type { KubernetesObject, ManagedFields } from '../../../../plugin/core/kubernetes.js';
import { absorb } from '../../../../plugin/plan/fields/absorb.js';
import { kubectlFields } from '../../../../plugin/plan/fields/kubectl.js';
import { appliedBy, ownedBy } from '../../../../plugin/plan/fields/owned.js';
import { paths } from '../../../../plugin/plan/fields/paths.js';
import { type FieldSet, isEmpty } from '../../../../plugin/plan/fields/set.js';
import { recorded } from './recorded.js';

const INTO = { manager: 'bluegreen', apiVersion: 'apps/v1' };
const take = (entry: ManagedFields) => kubectlFields(entry, INTO.manager);
const entriesOf = ({ metadata }: KubernetesObject) => metadata.managedFields ?? [];
const names = (entries: readonly ManagedFields[] = []) =>
  entries.map(({ manager, operation, subresource }) =>
    [manager, operation, ...(subresource ? [subresource] : [])].join(' '),
  );

function absorbed(file: string): KubernetesObject {
  const live = recorded(file);
  return { ...live, metadata: { ...live.metadata, managedFields: absorb(entriesOf(live), take, INTO) ?? [] } };
}

describe('what kubectl wrote becomes what is applied', () => {
  test('by client-side apply', () => {
    const live = absorbed('deployment-client-side-touched.yaml');
    expect(names(live.metadata.managedFields)).toEqual([
      'bluegreen Apply',
      'kube-controller-manager Update status',
      'kubectl-annotate Update',
    ]);
    const owned = paths(appliedBy(live, 'bluegreen'));
    const container = '.spec.template.spec.containers[name="app"]';
    expect(owned).toEqual(
      expect.arrayContaining([
        // Owned, so that the next apply, which does not state it, removes it.
        '.metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
        '.metadata.labels.app',
        `${container}.image`,
        `${container}.env[name="D"]`,
        '.spec.progressDeadlineSeconds',
      ]),
    );
    expect(owned).not.toContain('.metadata.annotations.other');
  });

  test('by commands that a person gave: the spec, and not what is noted on the object', () => {
    const live = absorbed('deployment-touched.yaml');
    expect(names(live.metadata.managedFields)).toEqual([
      'bluegreen Apply',
      'kubectl Update scale',
      'kube-controller-manager Update status',
      'kubectl-annotate Update',
      'kubectl-label Update',
    ]);
    const owned = paths(appliedBy(live, 'bluegreen'));
    expect(owned).toEqual(
      expect.arrayContaining([
        '.spec.minReadySeconds',
        '.spec.template.metadata.annotations.kubectl.kubernetes.io/restartedAt',
      ]),
    );
    expect(owned).not.toContain('.metadata.labels.who');
    expect(owned).not.toContain('.spec.replicas');
  });

  test('no field gets lost, and nothing is to be done twice', () => {
    for (const file of ['deployment-touched.yaml', 'deployment-client-side-touched.yaml', 'service-client-side.yaml']) {
      const [before, after] = [recorded(file), absorbed(file)];
      expect(ownedBy(after, () => true)).toEqual(ownedBy(before, () => true));
      expect(absorb(entriesOf(after), take, INTO)).toBeUndefined();
    }
  });

  test.each(['deployment-applied.yaml', 'service-applied.yaml'])('nothing of %s', (file) => {
    expect(absorb(entriesOf(recorded(file)), take, INTO)).toBeUndefined();
  });
});

describe('kubectlFields', () => {
  const METADATA = { 'f:metadata': { 'f:labels': { 'f:a': {} } } };
  const SPEC = { 'f:spec': { 'f:replicas': {} } };
  const DATA = { 'f:data': { 'f:KEY': {} } };
  const of = (manager: string, operation: 'Apply' | 'Update', fieldsV1: FieldSet = { ...METADATA, ...SPEC }) =>
    kubectlFields({ manager, operation, fieldsV1 }, 'bluegreen');

  test.each([
    ['kubectl-client-side-apply', 'Update'],
    ['kubectl-create', 'Update'],
    ['kubectl-replace', 'Update'],
    ['before-first-apply', 'Update'],
    ['kubectl', 'Apply'],
    ['kubectl-bluegreen', 'Update'],
    ['kubectl-bluegreen', 'Apply'],
    ['bluegreen', 'Update'],
  ] as const)('all of %s %s', (manager, operation) => expect(of(manager, operation)).toEqual({ ...METADATA, ...SPEC }));

  test.each(['kubectl-edit', 'kubectl-set', 'kubectl-patch', 'kubectl-rollout', 'kubectl-label', 'kubectl'])(
    'what is not metadata of %s Update',
    (manager) => {
      expect(of(manager, 'Update')).toEqual(SPEC);
      expect(of(manager, 'Update', { ...METADATA, ...DATA })).toEqual(DATA);
      expect(isEmpty(of(manager, 'Update', METADATA))).toBe(true);
    },
  );

  test.each([
    ['bluegreen', 'Apply'],
    ['helm', 'Update'],
    ['argocd-controller', 'Apply'],
    ['kube-controller-manager', 'Update'],
    ['kubectlike', 'Update'],
    ['', 'Update'],
  ] as const)('nothing of "%s" %s', (manager, operation) => expect(of(manager, operation)).toEqual({}));
});

test('an Apply entry that there is keeps its time and its fields', () => {
  const entries: ManagedFields[] = [
    { manager: 'kubectl-edit', operation: 'Update', fieldsV1: { 'f:spec': { 'f:a': {} } } },
    { manager: 'bluegreen', operation: 'Apply', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': { 'f:b': {} } } },
  ];
  expect(absorb(entries, take, INTO)).toEqual([
    {
      manager: 'bluegreen',
      operation: 'Apply',
      apiVersion: 'apps/v1',
      time: '2026-01-01T00:00:00Z',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:a': {}, 'f:b': {} } },
    },
  ]);
});
