import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { type BuildRequest, deployedColor, planBuild } from '../../../plugin/plan/build.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import type { PlanInput } from '../../../plugin/plan/input.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import { describeStep, summarizeStep } from '../../../plugin/steps/registry.js';
import { deployment, inputOf, service, stateOf } from '../cluster-objects.js';
import { manifestsOf } from '../manifests.js';

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const SHOP = 'registry.example:5000/shop';
const REQUEST: BuildRequest = { builder: 'docker', context: '.', buildArgs: [], push: false };
const PUSH = { ...REQUEST, push: true };

const versioned = (version: string, more: Partial<PlanInput> = {}) =>
  inputOf({ intent: { target: { version } }, ...more });
const build = (input: PlanInput, request = REQUEST) => planBuild(input, planDeploy(input), request);
const running = (blue: string, green: string) =>
  stateOf({ deployments: { blue: deployment('blue', blue), green: deployment('green', green) } });

describe('planBuild', () => {
  test('builds under the version and the color that is deployed to, and pushes nothing unasked', () => {
    expect(build(versioned('v2'))).toEqual({
      color: 'green',
      image: `${SHOP}:v2`,
      steps: [
        { kind: 'build', builder: 'docker', images: [`${SHOP}:v2`, `${SHOP}:green`], context: '.', buildArgs: [] },
      ],
      warnings: [expect.stringContaining(`image "${SHOP}:v2" is built and not pushed`)],
    });
  });

  test.each([
    ['registry.example:5000/shop:v2', false, 1],
    ['localhost/shop:v2', false, 1],
    ['registry.example:5000/shop:v2', true, 0],
    ['team/shop:v2', false, 0],
    ['shop:v2', false, 0],
  ])('warns of %s, which names a registry, unless it is pushed: %s', (image, push, count) => {
    const input = inputOf({ intent: { target: { image } } });
    expect(build(input, { ...REQUEST, push })?.warnings).toHaveLength(count);
  });

  test('pushes both, and deploys the version by its digest', () => {
    expect(build(versioned('v2'), PUSH)?.steps.slice(1)).toEqual([
      { kind: 'push', builder: 'docker', image: `${SHOP}:v2`, pins: true },
      { kind: 'push', builder: 'docker', image: `${SHOP}:green`, pins: false },
    ]);
  });

  test.each([
    ['promote', planPromote],
    ['deploy', planDeploy],
  ])('is of the idle color, also when that is blue: %s', (_, plan) => {
    const input = versioned('v2', { state: stateOf({ active: service('shop-active', 'green', {}) }) });
    expect(planBuild(input, plan(input), REQUEST)?.color).toBe('blue');
  });

  test('is of the color that the traffic begins on, for a release that is installed', () => {
    const { active, ...empty } = stateOf({ deployments: { blue: undefined, green: undefined }, pods: [] });
    const input = versioned('v2', { state: empty, manifests: manifestsOf() });
    const color = manifestsOf().active.spec.selector?.version;
    expect(build(input)).toMatchObject({ color });
    expect(build(input)?.image).toMatch(/:v2$/);
  });

  test('takes the version of the image that is asked for', () => {
    const input = inputOf({ intent: { target: { image: 'other.example/team/shop:v3' } } });
    expect(build(input, PUSH)?.steps[0]).toMatchObject({
      images: ['other.example/team/shop:v3', 'other.example/team/shop:green'],
    });
  });

  test('takes the version of the manifests where none is asked for', () => {
    const manifests = manifestsOf();
    const input = inputOf({ manifests });
    const image = planDeploy(input).image;
    expect(build(input)?.image).toBe(image);
  });

  test('builds a version again that the idle color runs pinned', () => {
    const state = running('v1', `v2@${DIGEST}`);
    expect(build(versioned('v2', { state }), PUSH)?.image).toBe(`${SHOP}:v2`);
    expect(build(versioned('v2', { state }))?.image).toBe(`${SHOP}:v2`);
  });

  test('builds nothing for a plan that deploys nothing', () => {
    const cutOff = service('shop-active', 'blue', { outcome: 'switched', to: 'blue' });
    const input = inputOf({ state: stateOf({ active: cutOff }) });
    const plan = planPromote(input);
    expect(deployedColor(plan)).toBeUndefined();
    expect(planBuild(input, plan, REQUEST)).toBeUndefined();
  });

  test('names the tag once when the version is the name of the color', () => {
    expect(build(versioned('green'), PUSH)?.steps).toHaveLength(2);
  });

  test.each([
    ['an image that is pinned already', `${SHOP}:v2@${DIGEST}`],
    ['an image without a tag', SHOP],
  ])('refuses %s, which says no version', (_, image) => {
    const plan = { ...planDeploy(inputOf()), image };
    expect(() => planBuild(inputOf(), plan, REQUEST)).toThrow(RefusedError);
    expect(() => planBuild(inputOf(), plan, REQUEST)).toThrow(`image "${image}" is no version to build`);
  });

  test('refuses to push an image that names no registry', () => {
    const input = inputOf({ intent: { target: { image: 'shop:v2' } } });
    expect(() => build(input, PUSH)).toThrow('image "shop:v2" names no registry to push to');
    expect(build(input)?.image).toBe('shop:v2');
  });

  test.each([[REQUEST], [PUSH]])(
    'refuses a tag under which the color with the traffic runs unpinned: %j',
    (request) => {
      const input = versioned('v1', { state: running('v1', 'v0') });
      expect(() => build(input, request)).toThrow(`blue has the traffic and runs "${SHOP}:v1"`);
      expect(build(versioned('v1', { state: running(`v1@${DIGEST}`, 'v0') }), PUSH)?.image).toBe(`${SHOP}:v1`);
    },
  );

  test('refuses a tag that the idle color runs already, whose Pods would not be replaced, unless it is pushed and pinned', () => {
    const input = versioned('v2', { state: running('v1', 'v2') });
    expect(() => build(input)).toThrow(`green runs "${SHOP}:v2" already`);
    expect(build(input, PUSH)?.image).toBe(`${SHOP}:v2`);
  });
});

describe('a build step', () => {
  const step = {
    kind: 'build',
    builder: 'docker',
    images: ['shop:v2', 'shop:green'],
    context: 'app',
    dockerfile: 'app/Dockerfile.prod',
    platform: 'linux/amd64',
    buildArgs: ['TOKEN=s3cret', 'HOME'],
  } as const;

  test('is described with all that was asked, but for the values of build arguments', () => {
    expect(describeStep(step)).toBe(
      'build shop:v2 and shop:green of app with docker (Dockerfile app/Dockerfile.prod; platform linux/amd64; build arguments TOKEN, HOME)',
    );
    expect(describeStep({ kind: 'build', builder: 'podman', images: ['shop:v2'], context: '.', buildArgs: [] })).toBe(
      'build shop:v2 of . with podman',
    );
    expect(JSON.stringify(summarizeStep(step))).not.toContain('s3cret');
    expect(summarizeStep(step)).toMatchObject({ buildArgs: ['TOKEN', 'HOME'], builder: 'docker' });
  });

  test('that pushes says which of the two is deployed', () => {
    const pushes = [true, false].map((pins) =>
      describeStep({ kind: 'push', builder: 'podman', image: 'r/shop:v2', pins }),
    );
    expect(pushes).toEqual(['push r/shop:v2 with podman, to be deployed by its digest', 'push r/shop:v2 with podman']);
  });
});
