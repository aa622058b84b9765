import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { ownerOf, respectDeployment, respectOwner, respectReplicas } from '../../../plugin/operations/owner.js';
import type { Target } from '../../../plugin/plan/image.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import type { State } from '../../../plugin/plan/state.js';
import type { Plan } from '../../../plugin/plan/steps.js';
import type { Ownership } from '../../../plugin/run/ownership.js';
import type { Session } from '../../../plugin/run/session.js';
import { deployment, inputOf, service, stateOf } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';

const live = service('shop-active', 'blue');
const annotations = { 'argocd.argoproj.io/tracking-id': 'team_shop:/Service:store/shop-active' };
const tracked = <T extends KubernetesObject>(object: T): T => ({
  ...object,
  metadata: { ...object.metadata, annotations },
});
const state = stateOf({ active: tracked(live) });
const plan = planPromote(inputOf({ state }));
const serviceRule = (name?: string) => ({ kind: 'Service', ...(name && { name }), jsonPointers: ['/spec/selector'] });
const replicas = { group: 'apps', kind: 'Deployment', jsonPointers: ['/spec/replicas'] };

/** What a promotion finds, of a release whose Application has these rules. */
function find(state: State, ...ignoreDifferences: object[]) {
  const run = fakeRun({ state });
  const spec = { ignoreDifferences, syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] } };
  const read = async <T>() => ({ metadata: { name: 'shop', namespace: 'team' }, spec }) as T;
  return ownerOf({ run: { ...run, api: { ...run.api, find: read } } } as unknown as Session, state, plan);
}

/** The release as it is where Argo CD applies all of its objects. */
const applied = {
  ...state,
  preview: tracked(service('shop-preview', 'green')),
  deployments: { blue: tracked(deployment('blue', 'v1')), green: tracked(deployment('green', 'v0')) },
};
const allRules = [serviceRule(), replicas];

describe('a promotion of a release that Argo CD applies', () => {
  test('has nothing to say when all four fields are left alone', async () => {
    expect(respectOwner(applied, plan, await find(applied, ...allRules), false)).toEqual([]);
  });

  test('is refused when the active selector is left alone and not all else, with what is missing', async () => {
    const found = await find(applied, serviceRule('shop-active'), { ...replicas, name: 'shop-blue' });
    const refuse = () => respectOwner(applied, plan, found, false);
    expect(refuse).toThrow(RefusedError);
    expect(refuse).toThrow(
      /^release "shop" is managed by Argo CD \(argocd\S+ team_shop:\S+\), which may put back what a promotion changes: service\/shop-preview \/spec\/selector, deployment\.apps\/shop-green \/spec\/replicas: use --force, or set the rules/,
    );
  });

  test.each<[string, Plan['operation'], boolean]>([
    ['--force', 'promote', true],
    ['a rollback', 'rollback', false],
  ])('goes on with %s, and warns', async (_, operation, force) => {
    const found = await find(applied, serviceRule());
    expect(respectOwner(applied, { ...plan, operation }, found, force)).toEqual([
      expect.stringContaining('deployment.apps/shop-blue /spec/replicas, deployment.apps/shop-green /spec/replicas'),
    ]);
  });

  test('needs no rule of what Argo CD does not apply', async () => {
    expect(respectOwner(state, plan, await find(state, serviceRule('shop-active')), false)).toEqual([]);
  });

  test('is refused when the active selector is not left alone, with the rules and the command that prints them', async () => {
    const found = await find(applied, replicas);
    const refuse = () => respectOwner(applied, plan, found, false);
    expect(refuse).toThrow(/is managed by Argo CD .*"kubectl bluegreen gitops shop"[\s\S]*name: shop-preview/);
    expect(() => respectOwner(applied, { ...plan, operation: 'rollback' }, found, false)).toThrow(RefusedError);
  });

  test('asks nothing when no traffic moves', async () => {
    const run = fakeRun({ state });
    expect(await ownerOf({ run } as unknown as Session, state, { ...plan, to: plan.from })).toBeUndefined();
    expect(run.api.calls).toEqual([]);
  });
});

describe('a version of a color that Argo CD applies', () => {
  const promotion = (target: Target) => planPromote(inputOf({ state: applied, intent: { target } }));

  test('comes from git: another one is refused, with the commands that bring it there', () => {
    const refuse = () => respectDeployment(applied, promotion({ version: 'v2' }), false);
    expect(refuse).toThrow(RefusedError);
    expect(refuse).toThrow(
      [
        'which would put back registry.example:5000/shop:v2: its versions come from there',
        '  kubectl bluegreen set-version shop v2 green --commit',
        '  git push   # Argo CD rolls green',
        '  kubectl bluegreen promote shop --version=v2',
      ].join('\n'),
    );
    expect(respectDeployment(applied, promotion({ version: 'v2' }), true)).toEqual([
      'deployment "shop-green" is managed by Argo CD (argocd.argoproj.io: team_shop:/Service:store/shop-active), which would put back registry.example:5000/shop:v2',
    ]);
  });

  test('is promoted when it runs already', () => {
    for (const target of [{}, { version: 'v0' }])
      expect(respectDeployment(applied, promotion(target), false)).toEqual([]);
  });

  test("is nobody else's where the Deployment has no marks", () => {
    const plan = planPromote(inputOf({ state, intent: { target: { version: 'v2' } } }));
    expect(respectDeployment(state, plan, false)).toEqual([]);
  });

  test('may not be scaled before a commit moves traffic, where the replicas are put back', async () => {
    const small = { ...applied.deployments.green, spec: { ...applied.deployments.green.spec, replicas: 0 } };
    const at0 = { ...applied, deployments: { ...applied.deployments, green: small } };
    const scaling = planPromote(inputOf({ state: at0 }));
    const lacking = await find(at0, serviceRule('other'));
    expect(() => respectReplicas(at0, scaling, lacking as Ownership)).toThrow(
      /^deployment.apps\/shop-green gets other replicas/,
    );
    respectReplicas(at0, scaling, (await find(at0, replicas)) as Ownership);
    respectReplicas(at0, plan, lacking as Ownership);
  });
});
