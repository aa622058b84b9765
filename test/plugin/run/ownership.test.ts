import { describe, expect, test } from '@jest/globals';
import { ApiError, UnreachableError } from '../../../plugin/core/errors.js';
import type { ObjectMeta } from '../../../plugin/core/kubernetes.js';
import { findOwner, type OwnershipOptions, readOwnership } from '../../../plugin/run/ownership.js';
import { service, stateOf } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';

const APPLICATIONS = '/apis/argoproj.io/v1alpha1';
const ID = 'argocd.argoproj.io/tracking-id';
const INSTANCE = 'app.kubernetes.io/instance';
const RULES = {
  ignoreDifferences: [{ kind: 'Service', jsonPointers: ['/spec/selector'] }],
  syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
};
const forbidden = new ApiError(403, 'Forbidden', 'applications is forbidden');
const unknownKind = new UnreachableError('unable to reach the server: 404 page not found');

const marked = (name: string, metadata: Partial<ObjectMeta>) => {
  const live = service(name, 'blue');
  return { ...live, metadata: { ...live.metadata, namespace: 'store', ...metadata } };
};
const applied = { resources: [{ kind: 'Service', namespace: 'store', name: 'shop-active' }] };
const trackedAs = (application: string) => ({ annotations: { [ID]: `${application}:/Service:store/shop-active` } });
const application = (namespace: string, spec: object = RULES, status?: object) => ({
  metadata: { namespace, name: 'shop' },
  spec,
  ...(status && { status }),
});

/** What is found by an API server that has these answers by path, and no other object. */
function ask(metadata: Partial<ObjectMeta>, answers: Record<string, unknown> = {}, options?: OwnershipOptions) {
  const paths: string[] = [];
  const answer = async (path: string) => {
    paths.push(path);
    const found = answers[path];
    if (found instanceof Error) throw found;
    return found;
  };
  const api = {
    ...fakeRun().api,
    find: async <T>(path: string) => (await answer(path)) as T | undefined,
    list: async <T>(path: string) => ({ metadata: {}, items: ((await answer(path)) ?? []) as T[] }),
  };
  const state = stateOf({ active: marked('shop-active', metadata) });
  return { paths, ownership: readOwnership(api, state, options), owner: findOwner(api, state) };
}

const inNamespace = (namespace: string) => `${APPLICATIONS}/namespaces/${namespace}/applications/shop`;
const EVERYWHERE = `${APPLICATIONS}/applications`;

describe('findOwner', () => {
  test('is none whose rules leave the selector alone', async () => {
    expect(await ask(trackedAs('team_shop'), { [inNamespace('team')]: application('team') }).owner).toBeUndefined();
  });

  test('is none where the Service itself says that it is left alone', async () => {
    const { annotations } = trackedAs('shop');
    const own = { ...annotations, 'kubectl-bluegreen.dev/selector-managed-by': 'kubectl-bluegreen' };
    expect(await ask({ annotations: own }).owner).toBeUndefined();
  });

  test.each([
    ['is not there', undefined],
    ['has no rule for the selector', application('team', {})],
    ['may not be read', forbidden],
  ])('is the tool whose Application %s', async (_, answer) => {
    const { owner } = ask(trackedAs('team_shop'), { [inNamespace('team')]: answer });
    expect(await owner).toMatchObject({ tool: 'Argo CD' });
  });

  test('asks nothing about a Service without marks', async () => {
    const { owner, paths } = ask({});
    expect(await owner).toBeUndefined();
    expect(paths).toEqual([]);
  });
});

describe('the Application', () => {
  test('is read in the namespace of the tracking id, and nowhere else', async () => {
    const { ownership, paths } = ask(trackedAs('team_shop'));
    expect((await ownership)?.source).toEqual({ lookedIn: ['namespace team'], unread: 'it is not there' });
    expect(new Set(paths)).toEqual(new Set([inNamespace('team')]));
  });

  test.each([
    [undefined, 'argocd'],
    ['openshift-gitops', 'openshift-gitops'],
  ])(
    'of a plain tracking id is read, with --argocd-namespace=%s, in namespace %s',
    async (argoNamespace, namespace) => {
      const object = application(namespace);
      const { ownership } = ask(trackedAs('shop'), { [inNamespace(namespace)]: object }, { argoNamespace });
      expect((await ownership)?.source).toEqual({ object, lookedIn: [`namespace ${namespace}`] });
    },
  );

  test('that is not there is found in any namespace', async () => {
    const { ownership } = ask(trackedAs('shop'), { [EVERYWHERE]: [application('gitops', RULES, applied)] });
    expect(await ownership).toMatchObject({
      owner: { evidence: 'argocd.argoproj.io: shop:/Service:store/shop-active' },
      source: { object: application('gitops', RULES, applied), lookedIn: ['namespace argocd', 'all namespaces'] },
    });
  });

  test('of the same name that has applied other objects is passed over', async () => {
    const other = application('argocd', {}, { resources: [{ kind: 'Service', name: 'other' }] });
    const own = application('gitops', RULES, applied);
    const answers = { [inNamespace('argocd')]: other, [EVERYWHERE]: [other, own] };
    expect((await ask(trackedAs('shop'), answers).ownership)?.source?.object).toEqual(own);
  });

  test.each([
    ['is in no namespace', {}, 'it is not there'],
    ['may not be listed', { [EVERYWHERE]: forbidden }, 'Error from server (Forbidden): applications is forbidden'],
    [
      'is of a kind unknown',
      { [inNamespace('argocd')]: unknownKind, [EVERYWHERE]: unknownKind },
      'the cluster does not know the kind',
    ],
    [
      'is one of several',
      { [EVERYWHERE]: [application('a', RULES, applied), application('b', RULES, applied)] },
      'there are several: a/shop, b/shop',
    ],
    ['says nothing', { [EVERYWHERE]: [application('a')] }, 'a/shop does not say what it applied'],
  ])('that %s leaves the rules unknown, and the evidence says where it was looked for', async (_, answers, why) => {
    const found = await ask(trackedAs('shop'), answers).ownership;
    expect(found?.owner.evidence).toBe(
      `argocd.argoproj.io: shop:/Service:store/shop-active; Application shop was looked for in namespace argocd and all namespaces: ${why}`,
    );
    expect(new Set(found?.rules.map(({ state }) => state))).toEqual(new Set(['unknown']));
  });
});

describe('the label app.kubernetes.io/instance', () => {
  const labels = { [INSTANCE]: 'shop' };
  const helm = { 'app.kubernetes.io/managed-by': 'Helm' };

  test('is that of Argo CD when the Application can be read', async () => {
    const { ownership } = ask({ labels }, { [inNamespace('argocd')]: application('argocd', {}, applied) });
    expect((await ownership)?.owner).toMatchObject({
      tool: 'Argo CD',
      evidence: 'app.kubernetes.io/instance: shop, and there is Application argocd/shop',
    });
  });

  test.each([
    ['there is no Application', {}],
    ['the Application does not say what it applied', { [inNamespace('argocd')]: application('argocd') }],
    ['Applications may not be read', { [inNamespace('argocd')]: forbidden, [EVERYWHERE]: forbidden }],
    [
      'the Application has applied other objects',
      { [inNamespace('argocd')]: application('argocd', {}, { resources: [{ kind: 'Service', name: 'other' }] }) },
    ],
  ])('is not when %s: Helm sets it as well', async (_, answers) => {
    expect(await ask({ labels }, answers).ownership).toBeUndefined();
    const byHelm = { labels: { ...labels, ...helm }, annotations: { 'meta.helm.sh/release-name': 'shop' } };
    const { ownership, paths } = ask(byHelm, answers);
    expect((await ownership)?.owner.tool).toBe('Helm');
    expect(paths).toEqual([]);
  });
});

describe('a Kustomization', () => {
  const labels = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
  };

  test('is read where the label says', async () => {
    const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/apps';
    const object = { metadata: { name: 'apps', namespace: 'flux-system' }, spec: { ignore: [{ paths: ['/spec'] }] } };
    const { ownership, owner } = ask({ labels }, { [path]: object });
    expect(await owner).toBeUndefined();
    expect((await ownership)?.rules.map(({ state }) => state)).toEqual(['set', 'set', 'set', 'set']);
  });

  test('that is not there is told', async () => {
    expect((await ask({ labels }).owner)?.evidence).toContain(
      'Kustomization apps was looked for in namespace flux-system: it is not there',
    );
  });
});

test('a tool that applies other objects of the release is found where all are looked at', async () => {
  const preview = marked('shop-preview', trackedAs('shop'));
  const { api } = fakeRun();
  const list = async <T>() => ({ metadata: {}, items: [] as T[] });
  const found = await readOwnership({ ...api, list }, stateOf({ preview }), { everywhere: true });
  expect(found?.owner.evidence).toMatch(/^of service\/shop-preview, argocd\.argoproj\.io: shop/);
  expect(await readOwnership(api, stateOf({ preview }))).toBeUndefined();
});
