import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import type { Source } from '../../../../plugin/plan/gitops/ownership.js';
import { ruleSnippet } from '../../../../plugin/plan/gitops/remedies.js';
import { leavesTraffic, rulesOf } from '../../../../plugin/plan/gitops/rules.js';
import { stateOf } from '../../cluster-objects.js';

/** The rules that are read where a snippet was pasted. */
function pasted(tool: 'flux' | 'argocd', kind: Source['kind'], namespace?: string) {
  const { spec } = parse(ruleSnippet(tool, 'shop', namespace)) as { spec: object };
  const metadata = { name: 'shop', namespace: 'tools' };
  const object = { apiVersion: 'v1', kind, metadata, spec } as KubernetesObject;
  return rulesOf(stateOf(), { kind, ...metadata }, object);
}

describe.each([
  ['flux', 'Kustomization', 4],
  ['argocd', 'Application', 5],
] as const)('the rules for %s', (tool, kind, count) => {
  test.each([undefined, 'store'])('cover every field that a promotion changes, in namespace %s', (namespace) => {
    const rules = pasted(tool, kind, namespace);
    expect(rules).toHaveLength(count);
    expect(new Set(rules.map(({ state }) => state))).toEqual(new Set(['set']));
    expect(leavesTraffic(rules)).toBe(true);
  });

  test('are about the namespace that is given alone', () => {
    const rules = pasted(tool, kind, 'elsewhere').slice(0, 4);
    expect(new Set(rules.map(({ state }) => state))).toEqual(new Set(['missing']));
  });
});

describe('the templates for Helm', () => {
  /** As Helm renders them, when its lookup finds nothing. */
  const rendered = ruleSnippet('helm', 'shop')
    .replaceAll(
      /\{\{ dig "spec" "selector" \(dict "app" "shop" "version" "(\w+)"\).*?\}\}/g,
      '{"app":"shop","version":"$1"}',
    )
    .replaceAll(/\{\{ dig "spec" "replicas" (\d+) .*?\}\}/g, '$1');

  test('are the four objects, with what they are at first', () => {
    const objects = parseAllDocuments(rendered).map((document) => document.toJS());
    expect(objects.map(({ kind, metadata, spec }) => [kind, metadata.name, spec])).toEqual([
      ['Service', 'shop-active', { selector: { app: 'shop', version: 'blue' } }],
      ['Service', 'shop-preview', { selector: { app: 'shop', version: 'green' } }],
      ['Deployment', 'shop-blue', { replicas: 2 }],
      ['Deployment', 'shop-green', { replicas: 2 }],
    ]);
  });

  test('say on each object that it is left alone', () => {
    const [active, preview, blue, green] = parseAllDocuments(rendered).map((document) => document.toJS());
    const rules = rulesOf({ ...stateOf(), active, preview, deployments: { blue, green } }, undefined, undefined);
    expect(rules.map(({ state }) => state)).toEqual(['set', 'set', 'set', 'set']);
  });

  test('name their limits', () => {
    expect(ruleSnippet('helm', 'shop')).toMatch(
      /"helm rollback".*moves traffic[\s\S]*"helm template" renders lookup as nothing/,
    );
  });
});

test('the rule for Flux comes before the first promotion', () => {
  expect(ruleSnippet('flux', 'shop')).toContain('Set it before the first promotion, without --force');
});
