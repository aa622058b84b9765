import { describe, expect, test } from '@jest/globals';
import { ownerOf, respectOwner } from '../../../plugin/commands/owner.js';
import { RefusedError } from '../../../plugin/errors.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import type { Session } from '../../../plugin/session.js';
import { inputOf, service, stateOf } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';

const live = service('shop-active', 'blue');
const annotations = { 'argocd.argoproj.io/tracking-id': 'team_shop:/Service:store/shop-active' };
const state = stateOf({ active: { ...live, metadata: { ...live.metadata, annotations } } });
const plan = planPromote(inputOf({ state }));
const serviceRule = (name?: string) => ({ kind: 'Service', ...(name && { name }), jsonPointers: ['/spec/selector'] });
const replicas = { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] };

/** What a promotion finds, of a release whose Application has these rules. */
function find(...ignoreDifferences: object[]) {
  const run = fakeRun({ state });
  const spec = { ignoreDifferences, syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] } };
  const read = async <T>() => ({ metadata: { name: 'shop', namespace: 'team' }, spec }) as T;
  return ownerOf({ run: { ...run, api: { ...run.api, find: read } } } as unknown as Session, state, plan);
}

describe('a promotion of a release that Argo CD applies', () => {
  test('has nothing to say when all four fields are left alone', async () => {
    expect(await find(serviceRule(), replicas)).toEqual({ warning: undefined });
  });

  test('goes ahead, and warns, when the active selector is left alone and not all else', async () => {
    const { owner, warning } = await find(serviceRule('shop-active'), { ...replicas, name: 'shop-blue' });
    expect(owner).toBeUndefined();
    expect(warning).toBe(
      'Argo CD may put back what a promotion changes besides traffic: service/shop-preview /spec/selector, ' +
        'deployment.apps/shop-green /spec/replicas; "kubectl bluegreen gitops shop" prints the rules',
    );
  });

  test('is refused when the active selector is not, with the rules and the command that prints them', async () => {
    const { owner } = await find(replicas);
    if (!owner) throw new Error('no owner');
    const refuse = () => respectOwner(state, owner, false, () => undefined);
    expect(refuse).toThrow(RefusedError);
    expect(refuse).toThrow(/is managed by Argo CD .*"kubectl bluegreen gitops shop"[\s\S]*name: shop-preview/);
  });

  test('asks nothing when no traffic moves', async () => {
    const run = fakeRun({ state });
    expect(await ownerOf({ run } as unknown as Session, state, { ...plan, to: plan.from })).toEqual({});
    expect(run.api.calls).toEqual([]);
  });
});
