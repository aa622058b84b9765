import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { synthesize } from '../../charts/index.js';
import { criticalFindings, type Finding } from '../kube-score/kube-score.js';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'bluegreen-score-'));
afterAll(() => rmSync(folder, { recursive: true }));

const STOREFRONT = parse(readFileSync('test/releases/storefront.yaml', 'utf8'));

/** The files of a release: kube-score wants to see a Service beside the Pods that it leads to. */
function synthesized(name: string, spec: object): string[] {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, stringify(spec, { aliasDuplicateObjects: false }));
  return synthesize([path], join(folder, name));
}

/**
 * What kube-score wants of a release and engine-ops does not have, since its objects are those of the system that it
 * replaces, and no others. A spec has a field for each of them: the test after this one sets them all.
 */
const NOT_IN_ENGINE_OPS: Readonly<Record<string, string>> = {
  'container-image-pull-policy': 'a version is never pushed twice, and the node may have it already',
  'container-security-context-user-group-id': 'the user "node" of the images of Node.js is 1000',
  'container-ephemeral-storage-request-and-limit': 'nothing is written: the root file system is read-only',
  'deployment-has-poddisruptionbudget': 'there is none, and the objects are exactly those',
  'pod-networkpolicy': 'there is none, and the objects are exactly those',
};

const checksOf = (findings: readonly Finding[]) => [...new Set(findings.map(({ check }) => check))].sort();

test('kube-score finds nothing critical in dist/ but what engine-ops leaves out on purpose', async () => {
  const files = readdirSync('dist').filter((name) => name.endsWith('.k8s.yaml'));
  const findings = await criticalFindings(files.map((name) => join('dist', name)));
  // As few as that: one that is found no longer must not be excused any longer either.
  expect(findings.filter(({ check }) => !(check in NOT_IN_ENGINE_OPS))).toEqual([]);
  expect(checksOf(findings)).toEqual(Object.keys(NOT_IN_ENGINE_OPS).sort());
});

test('kube-score finds nothing critical at all in a release whose spec leaves nothing out', async () => {
  const limits = { cpu: '500m', memory: '128Mi', 'ephemeral-storage': '64Mi' };
  const spec = {
    ...STOREFRONT,
    image: { ...STOREFRONT.image, pullPolicy: 'Always' },
    resources: { requests: { ...STOREFRONT.resources.requests, 'ephemeral-storage': '16Mi' }, limits },
    securityContext: { ...STOREFRONT.securityContext, readOnlyRootFilesystem: true },
  };
  expect(await criticalFindings(synthesized('complete', spec))).toEqual([]);
});

test('kube-score finds in a release what its spec leaves out, and nothing else', async () => {
  const findings = await criticalFindings(synthesized('storefront', STOREFRONT));
  expect(checksOf(findings)).toEqual([
    'container-ephemeral-storage-request-and-limit',
    'container-image-pull-policy',
    'container-resources',
    'container-security-context-readonlyrootfilesystem',
  ]);
  expect(findings).toContainEqual({
    check: 'container-resources',
    object: 'Deployment/apps/v1/shop/storefront-blue',
    why: ['web CPU limit is not set', 'web Memory limit is not set'],
  });
});
