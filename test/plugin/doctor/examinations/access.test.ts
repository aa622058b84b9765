import { describe, expect, test } from '@jest/globals';
import { access } from '../../../../plugin/doctor/examinations/access.js';
import { factsOf } from '../facts.js';

const right = (group: string, resource: string, verb: string, allowed = false) => ({ group, resource, verb, allowed });

describe('access', () => {
  test('that promote has is no finding', () => {
    expect(access.examine(factsOf({ rights: [right('', 'services', 'get', true)] }))).toEqual([]);
  });

  test('names every verb that is missing of a resource, and the commands that grant them', () => {
    const rights = [
      right('apps', 'deployments', 'get', true),
      right('apps', 'deployments', 'patch'),
      right('apps', 'deployments', 'update'),
      right('', 'pods/portforward', 'create'),
    ];
    const user = 'system:serviceaccount:store:promoter';
    expect(access.examine(factsOf({ rights, user }))).toEqual([
      expect.objectContaining({
        id: 'access-missing',
        severity: 'problem',
        what: `${user} cannot patch, update deployments.apps in namespace "store"`,
        fix:
          'kubectl create role shop-promote-deployments-apps --verb=patch,update --resource=deployments.apps -n store --context=prod && ' +
          'kubectl create rolebinding shop-promote-deployments-apps --role=shop-promote-deployments-apps --serviceaccount=store:promoter -n store --context=prod',
      }),
      expect.objectContaining({ what: `${user} cannot create pods/portforward in namespace "store"` }),
    ]);
  });

  test.each([
    ['ada', '--user=ada'],
    ['ada lovelace', "'--user=ada lovelace'"],
    [undefined, '--user=USER'],
  ])('of the user %s', (user, subject) => {
    const facts = factsOf({ rights: [right('', 'services', 'patch')], ...(user && { user }) });
    expect(access.examine(facts)[0]?.fix).toContain(` ${subject} `);
  });
});
