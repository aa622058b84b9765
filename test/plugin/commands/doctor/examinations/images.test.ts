import { describe, expect, test } from '@jest/globals';
import { images } from '../../../../../plugin/commands/doctor/examinations/images.js';
import type { Node } from '../../../../../plugin/commands/doctor/kinds.js';
import type { ContainerDetail } from '../../../../../plugin/plan/pod-spec.js';
import { bluePods, detailed, earlier, factsOf, greenPods, healthyState, ownedPod, waiting, warning } from '../facts.js';

const [own] = detailed('green', 'v0').spec.template.spec.containers as [ContainerDetail];
const sick = (reason: string, container: Partial<ContainerDetail> = {}, message?: string) =>
  greenPods(ownedPod('green', 'g1', waiting(reason, message), { containers: [{ ...own, ...container }] }));
const node = (...names: string[]): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  spec: {},
  status: { images: [{ names }] },
});

describe('images', () => {
  test('that can be had are no finding', () => {
    expect(images.examine(factsOf())).toEqual([]);
  });

  test.each([
    ['ErrImagePull', 'image-pull'],
    ['ImagePullBackOff', 'image-pull'],
    ['ErrImageNeverPull', 'image-never-pull'],
    ['InvalidImageName', 'image-name'],
  ])('%s of the idle color is %s, and hurts the next promotion', (reason, id) => {
    expect(images.examine(factsOf({ state: sick(reason) }))).toEqual([
      expect.objectContaining({ id, severity: 'problem', affects: 'promotion', object: 'deployment.apps/shop-green' }),
    ]);
  });

  test('of the active color hurt traffic, which goes back to the other one', () => {
    const state = bluePods(ownedPod('blue', 'b1', waiting('ErrImagePull')));
    expect(images.examine(factsOf({ state }))[0]).toMatchObject({
      affects: 'traffic',
      fix: 'kubectl bluegreen rollback shop --to=green -n store --context=prod',
    });
  });

  test('that are nowhere: the color goes to the image of the other one', () => {
    const events = [warning('Pod', 'g1', 'Failed', 'manifest unknown')];
    const [finding] = images.examine(factsOf({ state: sick('ImagePullBackOff'), events }));
    expect(finding?.fix).toBe(
      'kubectl bluegreen deploy shop --image=registry.example:5000/shop:v1 -n store --context=prod',
    );
    expect(finding?.evidence).toEqual(['event Failed: manifest unknown', 'pod/g1']);
  });

  test('that both colors run: the color goes to its template before', () => {
    const deployments = { ...healthyState().deployments, green: detailed('green', 'v1') };
    const state = { ...sick('ImagePullBackOff'), deployments, replicaSets: earlier('green') };
    expect(images.examine(factsOf({ state }))[0]?.fix).toBe(
      'kubectl rollout undo deployment/shop-green --to-revision=0 -n store --context=prod',
    );
  });

  test.each([
    ['shop:v0', 'docker.io/library/shop:v0'],
    ['team/shop:v0', 'docker.io/team/shop:v0'],
    ['shop', 'docker.io/library/shop:latest'],
    ['registry.example:5000/shop:v0', 'registry.example:5000/shop:v0'],
  ])('%s that only the node has, as %s, and imagePullPolicy Always', (image, name) => {
    const state = sick('ErrImagePull', { image, imagePullPolicy: 'Always' });
    expect(images.examine(factsOf({ state, nodes: [node(name)] }))[0]).toMatchObject({
      why: expect.stringContaining(
        'imagePullPolicy is Always, so the registry is asked although node "n1" has the image',
      ),
      fix: expect.stringContaining('"imagePullPolicy":"IfNotPresent"'),
    });
  });

  test('of a registry that wants credentials get an imagePullSecret', () => {
    const state = sick('ErrImagePull', {}, 'pull access denied: unauthorized');
    const [finding] = images.examine(factsOf({ state }));
    expect(finding?.fix).toContain('create secret docker-registry shop-pull --docker-server=registry.example:5000 ');
    expect(finding?.fix).toContain('"imagePullSecrets":[{"name":"shop-pull"}]');
  });

  test.each([
    ['shop:latest', 'latest'],
    ['registry.example:5000/shop', 'latest'],
    ['shop:main', 'main'],
  ])('%s has the mutable tag %s', (image, tag) => {
    const deployments = {
      ...healthyState().deployments,
      green: detailed('green', 'v0', { containers: [{ ...own, image }] }),
    };
    expect(images.examine(factsOf({ state: { deployments } }))).toEqual([
      expect.objectContaining({
        id: 'mutable-tag',
        severity: 'warning',
        what: expect.stringContaining(`"${tag}"`),
        why: expect.stringContaining('IfNotPresent'),
      }),
    ]);
  });

  test('of a mutable tag are pinned to the digest that runs', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const pod = ownedPod('green', 'g1');
    for (const status of pod.status?.containerStatuses ?? []) status.imageID = `registry.example:5000/shop@${digest}`;
    const green = detailed('green', 'v0', { containers: [{ ...own, image: 'registry.example:5000/shop:latest' }] });
    const state = { ...greenPods(pod), deployments: { ...healthyState().deployments, green } };
    expect(images.examine(factsOf({ state }))[0]?.fix).toBe(
      `kubectl set image deployment/shop-green shop=registry.example:5000/shop@${digest} -n store --context=prod`,
    );
  });
});
