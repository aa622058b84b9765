import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { askedBy } from '../bench/asked.js';
import { AUDITED_NAMESPACE } from '../cluster/cluster.js';
import { existingContext } from '../cluster/existing.js';
import { createNamespace } from '../demo/namespace.js';
import { isRepeated, isTunnel, type Requests, requestsOf, sumOf } from '../reliability/support/requests.js';
import { kubectl } from './support/cluster.js';
import { createRelease, releaseIn, type TestRelease } from './support/release.js';

jest.setTimeout(300_000);

/**
 * Of it 8 write: the Lease (made and deleted), the mark on the Deployment, the switch, the preview Service, the outcome, and on
 * both Deployments which of them has served, each read before it. And 6
 * are for the way of clients: the ports of three Services, the NetworkPolicies, and one request through the Service of the
 * color before the switch and one through the active Service after it; one alone, the last, is waited for by itself.
 */
const FIXED = 44;

let release: TestRelease;
beforeAll(async () => {
  release = await createRelease('requests');
  for (let color = 0; color < 2; color++) expect(await release.bluegreen('deploy', ['-f', release.dist])).toExitWith(0);
});
afterAll(() => release?.remove());

/** Of a promotion to the other color, which is deployed. */
async function requestsOfPromote(): Promise<Requests> {
  const to = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
  return requestsOf(['promote', 'shop', `--to=${to}`, '--yes', '-n', release.namespace]);
}

async function scale(replicas: number): Promise<void> {
  for (const color of ['blue', 'green']) {
    await kubectl('scale', `deployment/shop-${color}`, '-n', release.namespace, `--replicas=${replicas}`);
    await kubectl('rollout', 'status', `deployment/shop-${color}`, '-n', release.namespace, '--timeout=120s');
  }
}

const isFixed = (shape: string) => !isRepeated(shape) && !isTunnel(shape);
const fixed = (requests: Requests) => Object.fromEntries([...requests].filter(([shape]) => isFixed(shape)));

test('a promotion asks for a fixed number of things, and opens one tunnel to each Pod', async () => {
  const two = await requestsOfPromote();
  await scale(4);
  const four = await requestsOfPromote();
  expect([sumOf(two, isTunnel), sumOf(four, isTunnel)]).toEqual([2, 4]);
  expect(fixed(four)).toEqual(fixed(two));
  // One more is to be noticed, and one less to be written down.
  expect(sumOf(two, isFixed)).toBe(FIXED);
});

const ownAuditLog = existingContext() ? test.skip : test;
ownAuditLog("the API server's audit log says which step of a promotion asked for what", async () => {
  await createNamespace(AUDITED_NAMESPACE);
  const audited = releaseIn(AUDITED_NAMESPACE);
  try {
    expect(await audited.bluegreen('deploy', ['-f', audited.dist])).toExitWith(0);
    const asked = await askedBy('promote', ['shop', '--to=green', '--yes', '-n', AUDITED_NAMESPACE]);
    expect(asked).toContainEqual({ step: 'switch', request: 'patch services/shop-active', count: 1 });
    expect(asked).toContainEqual({ step: 'verify', request: 'get pods/*/portforward', count: 2 });
    expect(asked).toContainEqual({ step: 'lease', request: 'delete leases/shop-bluegreen', count: 1 });
  } finally {
    await audited.remove();
  }
});

test.each([
  ['status', ['status', 'shop'], ['proxy']],
  ['a promotion', ['promote', 'shop', '--yes'], ['config', 'proxy']],
])('%s starts kubectl no more often than it needs', async (_, args, wanted) => {
  const folder = mkdtempSync(join(tmpdir(), 'bluegreen-processes-'));
  const [wrapper, calls] = [join(folder, 'kubectl'), join(folder, 'calls')];
  writeFileSync(wrapper, `#!/bin/sh\necho "$1" >>${calls}\nexec kubectl "$@"\n`);
  chmodSync(wrapper, 0o755);
  const [verb = '', ...rest] = args;
  const ended = await release.bluegreen(verb, rest.slice(1), { env: { KUBECTL: wrapper } });
  expect(ended).toExitWith(0);
  expect(readFileSync(calls, 'utf8').trim().split('\n').sort()).toEqual(wanted);
  rmSync(folder, { recursive: true });
});
