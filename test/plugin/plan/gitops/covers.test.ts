import { describe, expect, test } from '@jest/globals';
import { applicationCovers, kustomizationCovers, respectsRules } from '../../../../plugin/plan/gitops/covers.js';
import { type MovedField, movedFields } from '../../../../plugin/plan/gitops/fields.js';

const [active, , blue] = movedFields('shop') as [MovedField, MovedField, MovedField];
const application = (...rules: object[]) => ({ spec: { ignoreDifferences: [{ kind: 'Ingress' }, ...rules] } });
const kustomization = (rule: object) => ({ spec: { ignore: [{ paths: ['/data'] }, rule] } });

describe('an Application', () => {
  const rule = { group: '', kind: 'Service', name: 'shop-active', jsonPointers: ['/spec/selector'] };
  const replicas = { group: 'apps', kind: 'Deployment', name: 'shop-blue', jsonPointers: ['/spec/replicas'] };

  test.each<[string, MovedField, object]>([
    ['the active Service', active, application(rule)],
    ['every Service', active, application({ kind: 'Service', jsonPointers: ['/spec/selector'] })],
    ['everything', active, application({ group: '*', kind: '*', jsonPointers: ['/spec'] })],
    ['a jq path', active, application({ kind: 'Service', jqPathExpressions: ['.spec.selector'] })],
    ['a Deployment', blue, application(replicas)],
    ['a Deployment of the namespace', blue, application({ ...replicas, namespace: 'store' })],
    [
      'a jq path of replicas',
      blue,
      application({ ...replicas, jsonPointers: [], jqPathExpressions: ['.spec.replicas'] }),
    ],
  ])('covers the field by a rule for %s', (_, field, object) => {
    expect(applicationCovers(object, field, 'store')).toBe(true);
  });

  test.each<[string, MovedField, object]>([
    ['nothing', active, {}],
    ['no spec', active, { spec: {} }],
    ['another Service', active, application({ ...rule, name: 'other' })],
    ['another kind', active, application({ ...rule, kind: 'Ingress' })],
    ['another group', active, application({ ...rule, group: 'serving.knative.dev' })],
    ['another namespace', active, application({ ...rule, namespace: 'other' })],
    ['another field', active, application({ ...rule, jsonPointers: ['/spec/selectors', '/metadata'] })],
    ['a Deployment without its group', blue, application({ ...replicas, group: '' })],
    ['the other Deployment', blue, application({ ...replicas, name: 'shop-green' })],
    ['the selector of a Deployment', blue, application({ ...replicas, jsonPointers: ['/spec/selector'] })],
  ])('does not cover it by a rule for %s', (_, field, object) => {
    expect(applicationCovers(object, field, 'store')).toBe(false);
  });

  test.each([
    [['CreateNamespace=true', 'RespectIgnoreDifferences=true'], true],
    [['RespectIgnoreDifferences=false'], false],
    [[], false],
  ])('with the sync options %j respects its rules: %s', (syncOptions, respects) => {
    expect(respectsRules({ spec: { syncPolicy: { syncOptions } } })).toBe(respects);
  });

  test('without a sync policy only hides differences', () => {
    expect(respectsRules(application(rule))).toBe(false);
  });
});

describe('a Kustomization', () => {
  const paths = ['/spec/selector'];

  test.each<[string, MovedField, object]>([
    ['the active Service', active, { paths, target: { kind: 'Service', name: 'shop-active' } }],
    ['everything', active, { paths }],
    ['regular expressions', active, { paths, target: { kind: 'Serv.*', name: '.*-active', version: 'v1' } }],
    [
      'both Deployments',
      blue,
      { paths: ['/spec/replicas'], target: { kind: 'Deployment', name: 'shop-(blue|green)' } },
    ],
    ['a group', blue, { paths: ['/spec/replicas'], target: { group: 'apps', namespace: 'store' } }],
  ])('covers the field by a rule for %s', (_, field, rule) => {
    expect(kustomizationCovers(kustomization(rule), field, 'store')).toBe(true);
  });

  test.each<[string, MovedField, object]>([
    ['another field', active, { paths: ['/spec/ports'] }],
    ['another Service', active, { paths, target: { kind: 'Service', name: 'shop' } }],
    ['another kind', active, { paths, target: { kind: 'Deployment' } }],
    ['another namespace', active, { paths, target: { namespace: 'other' } }],
    ['labels, which are not evaluated', active, { paths, target: { labelSelector: 'app=shop' } }],
    ['a broken expression', active, { paths, target: { name: '(' } }],
    ['the selector of a Deployment', blue, { paths, target: { kind: 'Deployment' } }],
  ])('does not cover it by a rule for %s', (_, field, rule) => {
    expect(kustomizationCovers(kustomization(rule), field, 'store')).toBe(false);
  });

  test('without rules covers nothing', () => {
    expect(kustomizationCovers({ spec: {} }, active, 'store')).toBe(false);
  });
});
