import { describe, expect, test } from '@jest/globals';
import type { Color } from '../../../../charts/names.js';
import {
  chooseColor,
  commitMessage,
  defaultBranch,
  planLines,
  pullRequestBody,
  type VersionPlan,
} from '../../../../plugin/commands/set-version/plan.js';
import { chooseRemote } from '../../../../plugin/manifests/git/remote.js';

const PLAN: VersionPlan = {
  release: 'shop',
  version: 'v2',
  previous: 'v1',
  active: 'blue',
  activeBy: 'cluster',
  change: { color: 'green', image: 'shop:v2', activates: false },
  files: ['shop.yaml', 'dist/shop-green.k8s.yaml'],
  commit: undefined,
};
const IN_DEV: VersionPlan = { ...PLAN, change: { ...PLAN.change, environment: 'dev' } };

const bySpec = (color: Color) => ({ by: 'spec', color, why: 'no cluster' }) as const;

test.each([
  ['blue', undefined, 'green'],
  ['green', undefined, 'blue'],
  ['blue', 'green', 'green'],
  ['green', 'blue', 'blue'],
] as const)('with %s active and %s asked for, the version is for %s', (active, asked, color) => {
  expect(chooseColor({ name: 'shop', traffic: bySpec(active) }, asked, 'shop.yaml')).toBe(color);
});

test.each(['blue', 'green'] as const)('%s is refused while it is active', (color) => {
  const where = 'service/shop-active in namespace store';
  for (const [traffic, words] of [
    [bySpec(color), `${color} is the active color of "shop" in shop.yaml`],
    [{ by: 'cluster', color, where } as const, `${color} has the traffic of "shop" (${where})`],
  ] as const)
    expect(() => chooseColor({ name: 'shop', traffic }, color, 'shop.yaml')).toThrow(
      expect.objectContaining({ exitCode: 3, message: expect.stringContaining(words) }),
    );
});

describe('what a commit is called', () => {
  test.each([
    [PLAN, 'shop: green to v2', 'shop-green-v2'],
    [IN_DEV, 'shop in dev: green to v2', 'shop-dev-green-v2'],
  ])('names release, environment, color and version', (plan, message, branch) => {
    expect([commitMessage(plan), defaultBranch(plan)]).toEqual([message, branch]);
  });

  test('a pull request says where traffic stays, and how it moves', () => {
    expect(pullRequestBody(IN_DEV)).toBe(
      'The green color of shop in dev gets version v2. Traffic is on blue, as the cluster says, and stays there: no Pod that has traffic is changed.\n\n' +
        'Once this is merged, `kubectl bluegreen promote shop -f dist/ --version=v2 --environment=dev` deploys it, or waits for the GitOps tool that does, verifies it and moves traffic.',
    );
  });
});

test('the lines of a plan are in the order of what is done', () => {
  const commit = { message: 'm', branch: 'b', pullRequest: { remote: 'origin', base: undefined } };
  expect(planLines({ ...PLAN, commit })).toEqual([
    'create branch b',
    'write colors.green.version: v2 to shop.yaml',
    'write dist/shop-green.k8s.yaml',
    'commit these files: "m"',
    'push branch b to origin',
    'open a pull request with gh',
  ]);
});

test.each([
  [[], '', undefined],
  [['a'], '', 'a'],
  [['a', 'b'], '', undefined],
  [['a', 'origin'], '', 'origin'],
  [['a', 'origin'], 'a', 'a'],
])('of the remotes %j, with %j set for pushes, %s is pushed to', (names, preferred, expected) => {
  expect(chooseRemote(names, preferred)).toBe(expected);
});
