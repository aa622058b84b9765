import { describe, expect, test } from '@jest/globals';
import { reportOf, reportText } from '../../../../plugin/commands/gitops/report.js';
import type { KubernetesObject } from '../../../../plugin/core/kubernetes.js';
import type { Rule } from '../../../../plugin/plan/gitops/rules.js';
import type { Ownership } from '../../../../plugin/run/ownership.js';

const PLACE = { release: 'shop', namespace: 'store' };
const rules = (...states: Rule['state'][]): Rule[] =>
  states.map((state, index) => ({ object: `service/${index}`, path: '/spec/selector', state }));

const ownership = (all: readonly Rule[], read = true): Ownership => ({
  owner: {
    tool: 'Argo CD',
    evidence: 'argocd.argoproj.io: shop',
    remedy: 'spec: {}\n',
    source: { kind: 'Application', name: 'shop' },
  },
  rules: all,
  source: read
    ? {
        object: { metadata: { namespace: 'argocd', name: 'shop' } } as KubernetesObject,
        lookedIn: ['namespace argocd'],
      }
    : { unread: 'it is not there', lookedIn: ['namespace argocd', 'all namespaces'] },
});

describe('a release that a tool applies', () => {
  test('whose rules are all set needs nothing', () => {
    const report = reportOf(PLACE, ownership(rules('set', 'set')));
    expect(report).toMatchObject({ tool: 'Argo CD', source: 'Application argocd/shop', snippet: null, exitCode: 0 });
    expect(reportText(report)).not.toContain('spec: {}');
  });

  test.each(['missing', 'unknown'] as const)(
    'with a rule that is %s is shown what to add, and exits with 3',
    (state) => {
      const report = reportOf(PLACE, ownership(rules('set', state)));
      expect(report).toMatchObject({ snippet: 'spec: {}\n', exitCode: 3 });
      expect(reportText(report)).toMatch(/\nspec: \{\}\n$/);
    },
  );

  test('names what is missing, and where the rules were looked for', () => {
    expect(reportOf(PLACE, ownership(rules('set', 'missing'))).missing).toEqual(['service/1 /spec/selector']);
    expect(reportOf(PLACE, ownership(rules('unknown'), false))).toMatchObject({
      missing: [],
      source: null,
      lookedIn: ['namespace argocd', 'all namespaces'],
    });
  });

  test('is shown a line for each rule', () => {
    const all: Rule[] = [...rules('set', 'missing'), { ...rules('set')[0], byAnnotation: true } as Rule];
    expect(reportText(reportOf(PLACE, ownership(all)))).toBe(
      [
        'Release:     shop',
        'Namespace:   store',
        'Tool:        Argo CD',
        'Evidence:    argocd.argoproj.io: shop',
        'Rules of:    Application argocd/shop',
        '',
        'OBJECT      PATH             RULE',
        'service/0   /spec/selector   set',
        'service/1   /spec/selector   missing',
        'service/0   /spec/selector   set (annotation)',
        '',
        'spec: {}',
        '',
      ].join('\n'),
    );
  });
});

test('a release that no tool applies needs no rules, and is told which fields one must leave alone', () => {
  const report = reportOf(PLACE, undefined);
  expect(report).toMatchObject({ tool: null, rules: [], snippet: null, exitCode: 0 });
  expect(reportText(report)).toMatch(
    /^no mark of .* shop; .*service\/shop-active \/spec\/selector, .*shop-green \/spec\/replicas\n$/,
  );
});
