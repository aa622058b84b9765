import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { kubectl, run } from '../e2e/support/cluster.js';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(120_000);

/** What a Pod without a security context is refused for. */
const DEFAULTS = ['runAsNonRoot', 'seccompProfile', 'allowPrivilegeEscalation'];

let release: TestRelease;

beforeAll(async () => {
  release = await createRelease('restricted');
  const label = (mode: string) => `pod-security.kubernetes.io/${mode}=restricted`;
  await kubectl('label', 'namespace', release.namespace, label('enforce'), label('warn'));
});

afterAll(() => release?.remove());

test('Pods of the defaults start and become ready where Pod Security "restricted" is enforced', async () => {
  // The namespace must be able to refuse: otherwise what follows proves nothing.
  const refused = await kubectl('run', 'root', '--image=engine-ops:v0.1.0', '-n', release.namespace).catch(String);
  expect(refused).toContain('violates PodSecurity "restricted:latest"');
  for (const field of DEFAULTS) expect(refused).toContain(field);

  const deployed = await release.bluegreen('deploy', ['-f', release.dist]);
  const ready = await kubectl(
    'get',
    'deployment',
    'shop-blue',
    '-n',
    release.namespace,
    '-o',
    'jsonpath={.status.readyReplicas}',
  );
  const held = deployed.exitCode === 0 && ready === '2' ? 1 : 0;
  recordFigure('security-restricted', {
    place: 8,
    promise: 'Pods of the defaults run under Pod Security "restricted"',
    tried: 1,
    held,
    unit: 'namespace',
  });
  expect(deployed).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('PodSecurity') });
  expect(ready).toBe('2');
});

test('the committed manifests are admitted there without a warning', async () => {
  const admitted = await run(['kubectl', 'apply', '--dry-run=server', '-n', release.namespace, '-f', 'dist']);
  expect(admitted).toMatchObject({ exitCode: 0, stderr: '' });
  expect(admitted.stdout).toContain('deployment.apps/engine-ops-green created');
});
