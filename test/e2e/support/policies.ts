import { expect } from '@jest/globals';
import type { KubernetesObject } from '../../../plugin/core/kubernetes.js';
import { kubectl, kubectlWith, type Result, run } from './cluster.js';
import type { TestRelease } from './release.js';
import { until } from './until.js';

type Attempt = readonly [string, ...string[]];

/** What every policy denies of objects that are there, and what those for deploy deny of objects that are not. */
export const DELETIONS: readonly Attempt[] = [
  ['delete', 'service', 'shop-active'],
  ['delete', 'deployment', 'shop-blue'],
];
export const CREATIONS: readonly Attempt[] = [
  ['create', 'service', 'clusterip', 'shop-active', '--tcp=80'],
  ['create', 'deployment', 'shop-blue', '--image=evil'],
];

/** They are of no namespace, and would outlive the test. */
const applied: KubernetesObject[] = [];

/**
 * Applies what `rbac --policy` prints, and waits until the API server enforces it.
 *
 * @param denied - one attempt for each policy
 */
export async function applyPolicies(
  release: TestRelease,
  as: readonly string[],
  args: readonly string[],
  denied: readonly Attempt[],
): Promise<void> {
  const { exitCode, stdout, stderr } = await release.bluegreen('rbac', ['--policy', '-o', 'json', ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  await kubectlWith({ input: stdout }, 'apply', '-f', '-');
  const { items } = JSON.parse(stdout) as { items: KubernetesObject[] };
  applied.push(...items.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy')));
  for (const attempt of denied)
    await until(async () => {
      const { stderr } = await run(['kubectl', ...attempt, '-n', release.namespace, '--dry-run=server', ...as]);
      return stderr.includes('ValidatingAdmissionPolicy');
    });
}

export async function removePolicies(): Promise<void> {
  for (const { kind, metadata } of applied) await kubectl('delete', kind, metadata.name, '--ignore-not-found');
}

/** Lets somebody do everything: RBAC must not be what denies. */
export async function allowEverything({ namespace }: TestRelease, who: string): Promise<void> {
  await kubectl('create', 'rolebinding', 'everything', '-n', namespace, '--clusterrole=admin', who);
}

export async function forbidEverything({ namespace }: TestRelease): Promise<void> {
  await kubectl('delete', 'rolebinding', 'everything', '-n', namespace);
}

/** Whether the API server would take the patch. */
export function tryPatch(
  { namespace }: TestRelease,
  resource: string,
  patch: object,
  as: readonly string[],
): Promise<Result> {
  const how = ['-n', namespace, '--type=merge', '--dry-run=server', `--patch=${JSON.stringify(patch)}`];
  return run(['kubectl', 'patch', resource, ...how, ...as]);
}

export const ACTIVE = 'service/shop-active';

/** With a change of the release's container. */
export const container = (change: object) => ({
  spec: { template: { spec: { containers: [{ name: 'shop', image: 'engine-ops:v0.1.0', ...change }] } } },
});
