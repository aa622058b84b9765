import { describe, expect, test } from '@jest/globals';
import { findOwner } from '../../../plugin/effects/owner.js';
import { ApiError, UnreachableError } from '../../../plugin/errors.js';
import { service } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';

const live = service('shop-active', 'blue');
const active = {
  ...live,
  metadata: {
    ...live.metadata,
    annotations: { 'argocd.argoproj.io/tracking-id': 'team_shop:/Service:store/shop-active' },
  },
};
const RULES = {
  ignoreDifferences: [{ kind: 'Service', jsonPointers: ['/spec/selector'] }],
  syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
};

/** An API server that answers for the Application alone. */
function ask(answer: () => object | undefined) {
  const paths: string[] = [];
  const { api } = fakeRun();
  const find = async <T>(path: string): Promise<T | undefined> => {
    paths.push(path);
    return answer() as T | undefined;
  };
  return { paths, owner: findOwner({ ...api, find }, active) };
}

describe('findOwner', () => {
  test('asks the Application that the Service names', async () => {
    const { paths, owner } = ask(() => ({ spec: RULES }));
    expect(await owner).toBeUndefined();
    expect(paths).toEqual(['/apis/argoproj.io/v1alpha1/namespaces/team/applications/shop']);
  });

  test.each([
    ['is not there', undefined],
    ['has no rule for the selector', { spec: {} }],
  ])('is the tool whose Application %s', async (_, application) => {
    expect(await ask(() => application).owner).toMatchObject({ tool: 'Argo CD' });
  });

  test.each([
    [
      'forbidden',
      new ApiError(403, 'Forbidden', 'applications is forbidden'),
      /Application team\/shop could not be read: .*forbidden/,
    ],
    ['of a kind unknown', new UnreachableError('404 page not found'), /Application team\/shop could not be read$/],
  ])('is the tool whose Application is %s, and says that it was not read', async (_, error, evidence) => {
    const { owner } = ask(() => {
      throw error;
    });
    expect((await owner)?.evidence).toMatch(evidence);
  });

  test('asks nothing about a Service without marks', async () => {
    const { api } = fakeRun();
    expect(await findOwner(api, live)).toBeUndefined();
    expect(api.calls).toEqual([]);
  });
});
