import { describe, expect, test } from '@jest/globals';
import { access } from '../../../../../plugin/commands/doctor/examinations/access.js';
import { factsOf } from '../facts.js';

const right = (group: string, resource: string, verb: string, allowed = false) => ({
  group,
  resource,
  verb,
  name: 'shop-green',
  allowed,
});

describe('access', () => {
  test('that promote has is no finding', () => {
    expect(access.examine(factsOf({ rights: [right('', 'services', 'get', true)] }))).toEqual([]);
  });

  test('names every verb that is missing, and the command that grants it', () => {
    const rights = [
      right('apps', 'deployments', 'get', true),
      right('apps', 'deployments', 'patch'),
      right('apps', 'deployments', 'update'),
      right('', 'pods/portforward', 'create'),
    ];
    const user = 'system:serviceaccount:ci:promoter';
    expect(access.examine(factsOf({ rights, user }))).toEqual([
      expect.objectContaining({
        id: 'access-missing',
        severity: 'problem',
        what: `${user} cannot patch, update deployments.apps; create pods/portforward in namespace "store"`,
        fix:
          'kubectl bluegreen rbac shop --subject=serviceaccount:ci/promoter --role-name=shop-promote-promoter -n store --context=prod' +
          ' | kubectl apply -f - --context=prod',
        evidence: [
          'patch deployments.apps shop-green',
          'update deployments.apps shop-green',
          'create pods/portforward shop-green',
        ],
      }),
    ]);
  });

  test.each([
    ['ada', '--subject=user:ada --role-name=shop-promote-ada '],
    ['Ada Lovelace@x', "'--subject=user:Ada Lovelace@x' --role-name=shop-promote-ada-lovelace-x "],
    ['system:admin', '--subject=user:system:admin --role-name=shop-promote-system-admin '],
    [undefined, '--subject=user:USER --role-name=shop-promote-user '],
  ])('of the user %s', (user, words) => {
    const facts = factsOf({ rights: [right('', 'services', 'patch')], ...(user && { user }) });
    expect(access.examine(facts)[0]?.fix).toContain(words);
  });
});
