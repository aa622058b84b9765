import { describe, expect, test } from '@jest/globals';
import { requireOneImage, withImages } from '../../../plugin/checks/image-id.js';
import { verifyColor } from '../../../plugin/checks/verify.js';
import { ApiError, RefusedError } from '../../../plugin/core/errors.js';
import type { Pod } from '../../../plugin/core/kubernetes.js';
import { deployment, pod, slice, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { type FakeRun, fakeRun } from '../fake-run.js';
import { podOf } from '../images.js';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const SHOP = 'registry.example:5000/shop';

function runWith(pods: Pod[], version = 'v2', architectures: Record<string, string> = {}): FakeRun {
  const all = [pod('blue', 'b1'), pod('blue', 'b2'), ...pods];
  const deployments = { blue: deployment('blue', 'v1'), green: deployment('green', version) };
  const run = fakeRun({ state: stateOf({ deployments, pods: all, endpointSlices: [slice('shop-green', pods)] }) });
  const { get } = run.api;
  run.api.get = async <T>(path: string): Promise<T> => {
    const [, node = ''] = /^\/api\/v1\/nodes\/(.*)$/.exec(path) ?? [];
    if (!node) return get<T>(path);
    if (!architectures[node]) throw new ApiError(403, 'Forbidden', `nodes "${node}" is forbidden`);
    return { status: { nodeInfo: { architecture: architectures[node] } } } as T;
  };
  return run;
}

const tagged = (name: string, digest: string, node?: string) => podOf(name, `${SHOP}:v2`, `${SHOP}@${digest}`, node);
const CHECK = { name: 'health', path: '/', status: [200], timeoutSeconds: 1, retries: 1, intervalSeconds: 1 };

describe('requireOneImage', () => {
  test('tells the image of each Pod, and asks no node', async () => {
    const pods = [tagged('g1', A), tagged('g2', A)];
    const run = runWith(pods);
    const images = await requireOneImage(run, 'green', pods);
    expect([...images]).toEqual([
      ['uid-g1', `${SHOP}@${A}`],
      ['uid-g2', `${SHOP}@${A}`],
    ]);
    expect(run.api.calls.filter(({ path }) => path.includes('/nodes/'))).toEqual([]);
    expect(run.log).toEqual([]);
  });

  test('refuses different images on one node, even if nothing may be read of nodes', async () => {
    const pods = [tagged('g1', A), tagged('g2', B)];
    const message =
      `the Pods run different images under the name "${SHOP}:v2": pod "g1" runs ${SHOP}@${A}, ` +
      `pod "g2" runs ${SHOP}@${B}; pin the image by digest`;
    await expect(requireOneImage(runWith(pods), 'green', pods)).rejects.toEqual(failure(RefusedError, message));
  });

  test('refuses different images on nodes of one architecture', async () => {
    const pods = [tagged('g1', A, 'n1'), tagged('g2', B, 'n2')];
    const run = runWith(pods, 'v2', { n1: 'amd64', n2: 'amd64' });
    await expect(requireOneImage(run, 'green', pods)).rejects.toBeInstanceOf(RefusedError);
  });

  test.each([
    ['of two architectures', { n1: 'amd64', n2: 'arm64' }],
    ['that may not be read', {}],
  ])('only warns about different images on nodes %s', async (_, architectures) => {
    const pods = [tagged('g1', A, 'n1'), tagged('g2', B, 'n2')];
    const run = runWith(pods, 'v2', architectures);
    expect((await requireOneImage(run, 'green', pods)).size).toBe(2);
    expect(run.log).toEqual([
      expect.stringMatching(/^warn the Pods run different images under the name .* architectures/),
    ]);
  });

  test('refuses a Pod that was made without the digest that its Deployment pins', async () => {
    const pods = [tagged('g1', B), tagged('g2', A)];
    const run = runWith(pods, `v2@${A}`);
    await expect(requireOneImage(run, 'green', pods)).rejects.toBeInstanceOf(RefusedError);
    await expect(requireOneImage(run, 'green', pods)).rejects.toThrow('pod "g1" runs image');
  });
});

test('a verification says which image each Pod runs, and fails when they differ', async () => {
  const same = [tagged('g1', A), tagged('g2', A)];
  const verify = async (run: FakeRun) =>
    (await verifyColor(run, 'green', { checks: [CHECK], port: 3000, container: 'shop' })).verified;
  expect((await verify(runWith(same))).map(({ imageID }) => imageID)).toEqual(Array(2).fill(`${SHOP}@${A}`));
  await expect(verify(runWith([tagged('g1', A), tagged('g2', B)]))).rejects.toThrow('different images');
});

test('evidence of a Pod whose image is not told is left as it is', () => {
  expect(withImages([{ uid: 'a' }, { uid: 'b' }], new Map([['b', A]]))).toEqual([
    { uid: 'a' },
    { uid: 'b', imageID: A },
  ]);
});
