import { describe, expect, test } from '@jest/globals';
import type { ManagedFields } from '../../../../plugin/core/kubernetes.js';
import { labelledOwner, selectorOwner } from '../../../../plugin/plan/gitops/ownership.js';
import { service } from '../../cluster-objects.js';

type Marks = {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  managedFields?: ManagedFields[];
};

const applies = (manager: string): ManagedFields => ({
  manager,
  operation: 'Apply',
  time: '2026-11-24T09:00:00Z',
  fieldsV1: { 'f:spec': { 'f:ports': {}, 'f:selector': {} } },
});

const PLACE = { release: 'shop', namespace: 'store' };

function marked({ labels, annotations, managedFields }: Marks) {
  const active = service('shop-active', 'blue');
  return {
    ...active,
    metadata: {
      ...active.metadata,
      labels: { app: 'shop', ...labels },
      ...(annotations && { annotations }),
      ...(managedFields && { managedFields }),
    },
  };
}

const ownerOf = (marks: Marks) => selectorOwner(marked(marks), PLACE);

const ARGO_ID = 'argocd.argoproj.io/tracking-id';
const ARGO_LABEL = 'argocd.argoproj.io/instance';
const INSTANCE = 'app.kubernetes.io/instance';
const FLUX = 'kustomize.toolkit.fluxcd.io/name';
const FLUX_HELM = 'helm.toolkit.fluxcd.io/name';
const FLUX_SSA = 'kustomize.toolkit.fluxcd.io/ssa';
const HELM_RELEASE = 'meta.helm.sh/release-name';
const HELM: Marks = { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: { [HELM_RELEASE]: 'shop' } };

describe('selectorOwner', () => {
  test.each<[string, Marks, string, string]>([
    [
      'a tracking id',
      { annotations: { [ARGO_ID]: 'shop:/Service:store/shop-active' } },
      'Argo CD',
      'shop:/Service:store/shop-active',
    ],
    ['an instance label', { labels: { [ARGO_LABEL]: 'shop-app' } }, 'Argo CD', 'shop-app'],
    ['a Kustomization', { labels: { [FLUX]: 'apps' } }, 'Flux', 'apps'],
    ['a HelmRelease', { labels: { [FLUX_HELM]: 'shop-hr' } }, 'Flux', 'shop-hr'],
    ['another way to apply', { labels: { [FLUX]: 'apps' }, annotations: { [FLUX_SSA]: 'Merge' } }, 'Flux', 'apps'],
    ['a Helm release', HELM, 'Helm', 'shop'],
    [
      'the field manager of Argo CD',
      { managedFields: [applies('argocd-controller')] },
      'Argo CD',
      '2026-11-24T09:00:00Z',
    ],
    ['the field manager of Flux', { managedFields: [applies('kustomize-controller')] }, 'Flux', 'kustomize-controller'],
    ['the field manager of Helm', { managedFields: [applies('helm')] }, 'Helm', 'helm'],
    [
      'Argo CD and Helm: it templates charts',
      { ...HELM, labels: { ...HELM.labels, [ARGO_LABEL]: 'shop-app' } },
      'Argo CD',
      'shop-app',
    ],
  ])('recognizes %s', (_, marks, tool, evidence) => {
    const owner = ownerOf(marks);
    expect(owner?.tool).toBe(tool);
    expect(owner?.evidence).toContain(evidence);
  });

  test.each<[string, Marks]>([
    ['nothing at all', {}],
    ['other labels and annotations', { labels: { team: 'store' }, annotations: { note: 'x' } }],
    [
      'a manager of nothing but ports',
      { managedFields: [{ ...applies('helm'), fieldsV1: { 'f:spec': { 'f:ports': {} } } }] },
    ],
    ['kubectl, which asks before it takes a field', { managedFields: [applies('kubectl')] }],
    ['the label of Helm alone', { labels: { 'app.kubernetes.io/managed-by': 'Helm' } }],
    ['the annotation of Helm alone', { annotations: { [HELM_RELEASE]: 'shop' } }],
    ['the instance label alone, which Helm and others set', { labels: { [INSTANCE]: 'shop' } }],
    ['kustomize alone', { labels: { 'app.kubernetes.io/managed-by': 'kustomize' } }],
  ])('sees no owner in %s', (_, marks) => {
    expect(ownerOf(marks)).toBeUndefined();
  });

  test.each<[string, Marks, RegExp]>([
    [
      'Argo CD',
      { labels: { [ARGO_LABEL]: 'x' } },
      /name: shop-active[\s\S]*\/spec\/selector[\s\S]*RespectIgnoreDifferences=true/,
    ],
    [
      'Flux',
      { labels: { [FLUX]: 'x' } },
      /ignore:\s+- paths: \[\/spec\/selector\][\s\S]*name: shop-active\s+namespace: store/,
    ],
    ['Helm under Flux', { labels: { [FLUX_HELM]: 'x' } }, /lookup "v1" "Service"/],
    ['Helm', HELM, /lookup "v1" "Service" .Release.Namespace "shop-active"/],
  ])('says how to live together with %s, for this Service', (_, marks, remedy) => {
    expect(ownerOf(marks)?.remedy).toMatch(remedy);
  });

  test.each([
    ['shop:/Service:store/shop-active', { name: 'shop' }],
    ['team_shop:/Service:store/shop-active', { name: 'shop', namespace: 'team' }],
  ])('finds the Application that %s names', (id, application) => {
    expect(ownerOf({ annotations: { [ARGO_ID]: id } })?.source).toEqual({ kind: 'Application', ...application });
  });

  test.each([
    ['its selector', applies('argocd-controller'), /field manager argocd-controller applied its selector/],
    [
      'something else of it, as after a switch',
      { ...applies('argocd-controller'), fieldsV1: { 'f:spec': { 'f:ports': {} } } },
      /field manager argocd-controller applied it/,
    ],
  ])('takes the instance label for that of Argo CD, which applied %s', (_, manager, evidence) => {
    const owner = ownerOf({ labels: { [INSTANCE]: 'shop' }, managedFields: [manager] });
    expect(owner).toMatchObject({ tool: 'Argo CD', source: { kind: 'Application', name: 'shop' } });
    expect(owner?.evidence).toMatch(evidence);
    expect(owner?.evidence).toContain('app.kubernetes.io/instance: shop');
  });

  test('finds the Kustomization', () => {
    const labels = { [FLUX]: 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
    expect(ownerOf({ labels })?.source).toEqual({ kind: 'Kustomization', namespace: 'flux-system', name: 'apps' });
  });
});

describe('labelledOwner', () => {
  test('names the Application that would have to be read', () => {
    expect(labelledOwner(marked({ labels: { [INSTANCE]: 'team_shop' } }), PLACE)?.source).toEqual({
      kind: 'Application',
      namespace: 'team',
      name: 'shop',
    });
  });

  test('is none without the label', () => {
    expect(labelledOwner(marked({}), PLACE)).toBeUndefined();
  });
});
