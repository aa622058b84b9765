import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { observeFollowed } from '../../../plugin/operations/follow-git.js';
import type { Observed, OperationRequest } from '../../../plugin/operations/request.js';
import type { Intent } from '../../../plugin/plan/input.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import type { Session } from '../../../plugin/run/session.js';
import { deployment, inputOf, stateOf } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';
import { manifestsOf } from '../manifests.js';

const OPERATION = { kind: 'promote', plan: planPromote } as const;

/** What is seen of a release whose green color a tool applies, while it runs a version; manifests have green at v2. */
function seenAt(version: string, intent: Intent = { target: {} }, labels: Record<string, string> = FLUX): Observed {
  const green = deployment('green', version);
  const marked = { ...green, metadata: { ...green.metadata, labels: { ...green.metadata.labels, ...labels } } };
  const state = stateOf({ deployments: { blue: deployment('blue', 'v1'), green: marked } });
  return inputOf({ state, manifests: manifestsOf(), intent });
}
const FLUX = { 'kustomize.toolkit.fluxcd.io/name': 'apps', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };

/** Follows a release that is seen so, one after the other, the last one for ever. */
function follow(looks: readonly Observed[], options: Partial<OperationRequest['options']> = {}) {
  const run = fakeRun();
  let asked = 0;
  const look = async () => looks[Math.min(asked++, looks.length - 1)] as Observed;
  const request = { session: { run } as unknown as Session, operation: OPERATION, options, observe: look };
  const found = observeFollowed(request as unknown as OperationRequest);
  return { run, found, asked: () => asked };
}

describe('a color that Flux applies', () => {
  test('is waited for until it runs what the manifests say, and is then taken as it runs', async () => {
    const { run, found, asked } = follow([seenAt('v0'), seenAt('v0'), seenAt('v2')]);
    const seen = await found;
    expect(asked()).toBe(3);
    expect([seen.manifests, seen.intent.target]).toEqual([undefined, {}]);
    const waiting = run.log.filter((line) =>
      line.includes('is not yet as the manifests have it (v2): Flux is to apply'),
    );
    expect(waiting).toHaveLength(1);
    expect(planPromote(seen).steps.filter(({ kind }) => kind === 'apply' || kind === 'patch')).toEqual([]);
  });

  test('that does not get there is refused after the time of a rollout', async () => {
    const { run, found } = follow([seenAt('v0')]);
    const started = run.clock.now();
    await expect(found).rejects.toThrow(RefusedError);
    await expect(found).rejects.toThrow(/Flux is to apply them, and has not in 300s: is the commit pushed/);
    expect(run.clock.now() - started).toBeGreaterThanOrEqual(300_000);
  });

  test('is not waited for by a dry run, which says so', async () => {
    const { found, asked } = follow([seenAt('v0')], { dryRun: true });
    await expect(found).rejects.toThrow('and a dry run does not wait for that');
    expect(asked()).toBe(1);
  });

  test.each<[string, Observed, Record<string, boolean>]>([
    ['where another version is asked for than git names', seenAt('v0', { target: { version: 'v9' } }), {}],
    ['where traffic is to be where it is', seenAt('v0', { target: {}, to: 'blue' }), {}],
    ['with --force', seenAt('v0'), { force: true }],
    ['where no tool has left its marks', seenAt('v0', { target: {} }, {}), {}],
  ])('is left to the plan %s', async (_, seen, flags) => {
    expect(await follow([seen], flags).found).toBe(seen);
  });

  test('is waited for when the version that is asked for is the one that git names', async () => {
    const intent = { target: { version: 'v2' } };
    const { found, asked } = follow([seenAt('v0', intent), seenAt('v2', intent)]);
    expect((await found).manifests).toBeUndefined();
    expect(asked()).toBe(2);
  });
});
