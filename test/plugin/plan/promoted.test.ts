import { describe, expect, test } from '@jest/globals';
import { HISTORY_ANNOTATION } from '../../../charts/names.js';
import type { Deployment, Service } from '../../../plugin/core/kubernetes.js';
import { installed } from '../../../plugin/plan/active-color.js';
import { entryOf } from '../../../plugin/plan/history.js';
import { templateHash } from '../../../plugin/plan/identity.js';
import { lastOperation, type Operation } from '../../../plugin/plan/operation.js';
import { notPromoted } from '../../../plugin/plan/promoted.js';
import type { State } from '../../../plugin/plan/state.js';
import { findTrouble, summarize } from '../../../plugin/plan/status.js';
import { deployment, replicaSet, service, stateOf } from '../cluster-objects.js';

const PROMOTED = templateHash(deployment('blue', 'v2'));

function activeOf(operation: Partial<Operation> = {}): Service {
  const active = service('shop-active', 'blue', { template: PROMOTED, ...operation });
  const last = lastOperation(active) as Operation;
  const history = JSON.stringify([{ ...entryOf(last), toVersion: 'v2' }]);
  const annotations = { ...active.metadata.annotations, [HISTORY_ANNOTATION]: history };
  return { ...active, metadata: { ...active.metadata, annotations } };
}

function blue(version: string, annotations: Record<string, string> = {}): Deployment {
  const live = deployment('blue', version);
  const fields = { 'f:spec': { 'f:template': {} } };
  const managedFields = [{ manager: 'kubectl-rollout', time: '2026-01-03T00:00:00Z', fieldsV1: fields }];
  const template = { ...live.spec.template, ...(Object.keys(annotations).length > 0 && { metadata: { annotations } }) };
  return { ...live, metadata: { ...live.metadata, managedFields }, spec: { ...live.spec, template } };
}

const find = (running: Deployment, active = activeOf(), more: Partial<State> = {}) =>
  notPromoted(
    installed(stateOf({ active, deployments: { blue: running, green: deployment('green', 'v0') }, ...more })),
  );

const WORDS =
  'deployment "shop-blue" does not run what was promoted (v2, by ada@host at 2026-01-02T03:04:05.000Z): ' +
  'it runs v1, changed by kubectl-rollout at 2026-01-03T00:00:00Z';

describe('the active color', () => {
  test('that was changed by hand is told, with who did it', () => {
    expect(find(blue('v1'))?.text).toBe(WORDS);
  });

  test('is told in status', () => {
    const deployments = { blue: blue('v1'), green: deployment('green', 'v0') };
    const state = installed(stateOf({ active: activeOf(), deployments }));
    expect(findTrouble(state, summarize(state))).toContain(WORDS);
  });

  test('that has the same image and another template is told as well', () => {
    expect(find(blue('v2', { checksum: 'x' }))?.text).toContain(': it runs v2 with another Pod template, changed by');
  });

  test('comes with the revision that was promoted, while that is kept', () => {
    const kept = { ...replicaSet('blue', 'h2', 7), spec: { template: deployment('blue', 'v2').spec.template } };
    const others = [replicaSet('blue', 'h1', 8), { ...kept, metadata: { ...kept.metadata, ownerReferences: [] } }];
    expect(find(blue('v1'), activeOf(), { replicaSets: [...others, kept] })?.revision).toBe(7);
    expect(find(blue('v1'), activeOf(), { replicaSets: others })?.revision).toBeUndefined();
  });

  test.each<[string, Deployment, Service]>([
    ['as it was promoted', blue('v2'), activeOf()],
    ['restarted', blue('v2', { 'kubectl.kubernetes.io/restartedAt': 'now' }), activeOf()],
    ['of an older plugin, which did not record it', blue('v1'), activeOf({ template: undefined } as never)],
    ['whose traffic was moved past the plugin', blue('v1'), activeOf({ to: 'green' })],
    ['to which a switch was given up', blue('v2'), activeOf({ from: 'blue', to: 'green', outcome: 'abandoned' })],
  ])('is not told %s', (_, running, active) => {
    expect(find(running, active)).toBeUndefined();
  });

  test('is told when it kept the traffic after a switch that was given up', () => {
    const active = activeOf({ from: 'blue', to: 'green', outcome: 'abandoned' });
    expect(find(blue('v1'), active)?.text).toContain('does not run what was promoted');
  });
});
