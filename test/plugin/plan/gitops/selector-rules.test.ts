import { describe, expect, test } from '@jest/globals';
import {
  applicationLeavesSelector,
  kustomizationLeavesSelector,
} from '../../../../plugin/plan/gitops/selector-rules.js';
import { service } from '../../cluster-objects.js';

const active = service('shop-active', 'blue');
const RESPECT = { syncOptions: ['CreateNamespace=true', 'RespectIgnoreDifferences=true'] };
const application = (rule: object, syncPolicy: object | undefined = RESPECT) => ({
  spec: { ignoreDifferences: [{ kind: 'Deployment', jsonPointers: ['/spec/replicas'] }, rule], syncPolicy },
});
const kustomization = (rule: object) => ({ spec: { ignore: [{ paths: ['/spec/replicas'] }, rule] } });

describe('applicationLeavesSelector', () => {
  const rule = { group: '', kind: 'Service', name: 'shop-active', jsonPointers: ['/spec/selector'] };

  test.each([
    ['the rule that is recommended', application(rule)],
    ['a rule for every Service', application({ kind: 'Service', jsonPointers: ['/spec/selector'] })],
    ['a rule for everything', application({ group: '*', kind: '*', jsonPointers: ['/spec'] })],
    ['a jq path', application({ kind: 'Service', jqPathExpressions: ['.spec.selector'] })],
  ])('%s does', (_, object) => {
    expect(applicationLeavesSelector(object, active)).toBe(true);
  });

  test.each([
    ['no rule at all', { spec: {} }],
    ['nothing', {}],
    ['a rule that a sync does not respect', application(rule, { syncOptions: ['RespectIgnoreDifferences=false'] })],
    ['a rule without a sync policy', { spec: { ignoreDifferences: [rule] } }],
    ['a rule for another Service', application({ ...rule, name: 'other' })],
    ['a rule for another kind', application({ ...rule, kind: 'Ingress' })],
    ['a rule for another group', application({ ...rule, group: 'serving.knative.dev' })],
    ['a rule for another namespace', application({ ...rule, namespace: 'other' })],
    ['a rule for another field', application({ ...rule, jsonPointers: ['/spec/selectors', '/metadata'] })],
  ])('%s does not', (_, object) => {
    expect(applicationLeavesSelector(object, active)).toBe(false);
  });
});

describe('kustomizationLeavesSelector', () => {
  const paths = ['/spec/selector'];

  test.each([
    ['the rule that is recommended', { paths, target: { kind: 'Service', name: 'shop-active' } }],
    ['a rule for everything', { paths }],
    ['regular expressions', { paths, target: { kind: 'Serv.*', name: '.*-active', version: 'v1' } }],
  ])('%s does', (_, rule) => {
    expect(kustomizationLeavesSelector(kustomization(rule), active)).toBe(true);
  });

  test.each([
    ['another field', { paths: ['/spec/ports'] }],
    ['another Service', { paths, target: { kind: 'Service', name: 'shop' } }],
    ['another kind', { paths, target: { kind: 'Deployment' } }],
    ['labels, which are not evaluated', { paths, target: { labelSelector: 'app=shop' } }],
    ['a broken expression', { paths, target: { name: '(' } }],
  ])('a rule for %s does not', (_, rule) => {
    expect(kustomizationLeavesSelector(kustomization(rule), active)).toBe(false);
  });

  test('a Kustomization without rules does not', () => {
    expect(kustomizationLeavesSelector({ spec: {} }, active)).toBe(false);
  });
});
