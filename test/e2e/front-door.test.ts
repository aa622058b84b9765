import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { existingContext } from '../cluster/existing.js';
import { clusterUrl, patch, setEnvironment, setPorts, statusOf, untilWatched } from './support/live.js';
import { createRelease, type TestRelease } from './support/release.js';
import { bindPromoter, grant, rulesWithout } from './support/rules.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

interface Document {
  steps: { kind: string; probes?: object[]; requests?: object; notAsked?: string[] }[];
}

let release: TestRelease;
let namespace: string;
beforeAll(async () => {
  release = await createRelease('front-door', { replicas: 1 });
  namespace = release.namespace;
  await release.install();
});
afterAll(() => release?.remove());

const promote = (...args: string[]) => release.bluegreen('promote', ['--to=green', '--yes', '-o', 'json', ...args]);
const proved = (stdout: string) => (JSON.parse(stdout) as Document).steps.find(({ kind }) => kind === 'prove');

async function backToBlue(): Promise<void> {
  if ((await release.activeColor()) === 'green') expect(await release.bluegreen('rollback')).toExitWith(0);
}

// A ClusterIP is reached from a node of the cluster alone.
const onNode = existingContext() ? describe.skip : describe;
onNode('--probe', () => {
  let url: string;
  beforeAll(async () => {
    url = `${await clusterUrl(namespace)}/shop`;
  });
  afterEach(async () => {
    await backToBlue();
    await setEnvironment(namespace, 'green', 'FAULTS-');
  });

  test('asks what clients ask after the switch, and counts it', async () => {
    const result = await promote(`--probe=${url}?token=secret`, '--soak=2s');
    expect(result).toExitWith(0);
    expect(proved(result.stdout)?.probes).toMatchObject([
      { url: `${url}?…`, status: 200, attempts: expect.any(Number) },
    ]);
    expect(result.stderr).not.toContain('secret');
  });

  test('that fails leaves the run unproven (exit 5), and says how traffic is moved back', async () => {
    await setEnvironment(namespace, 'green', 'FAULTS=/shop=status:500');
    const result = await promote(`--probe=${url}`);
    expect(result).toExitWith(5);
    expect(result.stderr).toContain(`${url} fails after traffic was moved: status is 500, want less than 400`);
    expect(result.stderr).toContain(
      `"kubectl bluegreen rollback shop --namespace=${namespace} --to=blue" moves traffic back`,
    );
    expect(result.stderr).not.toContain('fails already before');
    expect(await release.activeColor()).toBe('green');
  });

  test('that fails before the switch already is a warning', async () => {
    await setEnvironment(namespace, 'blue', 'FAULTS=/shop=status:500');
    // For a moment kube-proxy still leads to the Pod of before.
    await until(async () => (await statusOf(url)) === '500');
    const result = await promote(`--probe=${url}`);
    expect(result).toExitWith(0);
    expect(result.stderr).toContain(`warning: ${url} fails already before traffic moves: status is 500`);
    await setEnvironment(namespace, 'blue', 'FAULTS-');
  });

  test.each(['ftp://shop', 'shop.example', '/path'])('refuses %s, which no client asks', async (text) => {
    const result = await promote(`--probe=${text}`);
    expect(result).toExitWith(2);
    expect(result.stderr).toContain(`invalid URL "${text}" for --probe`);
  });
});

describe('the watch after the switch', () => {
  afterEach(async () => {
    await backToBlue();
    await setEnvironment(namespace, 'blue', 'MORE_PORTS-');
  });

  test('moves traffic back when requests fail through the Service alone', async () => {
    await setEnvironment(namespace, 'blue', 'MORE_PORTS=3001');
    const running = promote('--soak=60s');
    await untilWatched(namespace);
    // The Pods answer as before, and the old color also where the Service leads to now.
    await patch('service/shop-active', namespace, [{ op: 'replace', path: '/spec/ports/0/targetPort', value: 3001 }]);
    const result = await running;
    expect(result).toExitWith(6);
    expect(result.stderr).toMatch(
      /GET \/api\/v1\/health of service "shop-active", port 80 \(http\) fails as a client asks it: .*connection refused/,
    );
    expect(await release.activeColor()).toBe('blue');
    await patch('service/shop-active', namespace, [{ op: 'replace', path: '/spec/ports/0/targetPort', value: 'http' }]);
  });
});

test('what may not be asked is said, and is no failure', async () => {
  await grant(namespace, rulesWithout('services/proxy', 'networkpolicies'));
  const as = await bindPromoter(namespace);
  const result = await promote(as);
  expect(result).toExitWith(0);
  const { requests, notAsked } = proved(result.stdout) ?? {};
  expect(requests).toMatchObject({ asked: 0, answered: 0 });
  expect(notAsked?.join()).toMatch(/the Service was not asked through the API server: forbidden: .*services\/proxy/);
  expect(result.stderr).toMatch(/not asked: whether NetworkPolicies admit the ports is not known: .*forbidden/);
  await backToBlue();
  await setPorts(namespace);
});
