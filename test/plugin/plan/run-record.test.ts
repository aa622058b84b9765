import { describe, expect, test } from '@jest/globals';
import {
  InterruptedError,
  LostRaceError,
  NotConfirmedError,
  RefusedError,
  RolledBackError,
  UnknownStateError,
} from '../../../plugin/core/errors.js';
import { planCleanup } from '../../../plugin/plan/cleanup.js';
import { planDeploy } from '../../../plugin/plan/deploy.js';
import { deferSwitch } from '../../../plugin/plan/gitops/defer-switch.js';
import type { HistoryEntry } from '../../../plugin/plan/history.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import { type EndedRun, runRecord } from '../../../plugin/plan/run-record.js';
import type { Plan } from '../../../plugin/plan/steps.js';
import { changesColor, movesTraffic } from '../../../plugin/steps/registry.js';
import { inputOf, service, stateOf } from '../cluster-objects.js';

const OLD: HistoryEntry = {
  id: 'op-1',
  kind: 'promote',
  from: 'green',
  to: 'blue',
  by: 'ada@host',
  at: '2026-01-02T03:04:05.000Z',
  outcome: 'complete',
};
const intent = { target: { version: 'v2' } };
const promotion = planPromote(inputOf({ intent }));

/** The plan's steps as far as one kind, which failed or was the last. */
function until(plan: Plan, kind: string | undefined, error?: Error): EndedRun {
  const end = plan.steps.findIndex((step) => step.kind === kind);
  const begun = end < 0 ? plan.steps : plan.steps.slice(0, end + 1);
  const isDone = (index: number) => end < 0 || index < end;
  const movedTraffic = begun.some((step, index) => isDone(index) && movesTraffic(step, plan.release));
  const changedColor = begun.some((step, index) => changesColor(step, isDone(index) ? 'done' : 'failed'));
  const facts = { movedTraffic, changedColor, ...(error && { error }) };
  return { id: 'op-2', by: 'grace@laptop', at: '2026-01-02T04:00:00.000Z', ...facts };
}

const added = (plan: Plan, ended: EndedRun, before = stateOf()) => runRecord(plan, before, ended)?.([OLD]);

describe('what the history is told of a run', () => {
  test('a deploy to the idle color: that color, from which version to which', () => {
    const plan = planDeploy(inputOf({ intent }));
    expect(added(plan, until(plan, undefined))).toEqual([
      OLD,
      {
        id: 'op-2',
        kind: 'deploy',
        from: 'green',
        to: 'green',
        fromVersion: 'v0',
        toVersion: 'v2',
        by: 'grace@laptop',
        at: '2026-01-02T04:00:00.000Z',
        outcome: 'complete',
      },
    ]);
  });

  test('a promotion that failed and was put back: the move that it was to be, and why', () => {
    const ended = until(promotion, 'verify', new RefusedError('check "health" failed\nlog line'));
    expect(added(promotion, ended)?.[1]).toMatchObject({
      kind: 'promote',
      from: 'blue',
      to: 'green',
      fromVersion: 'v1',
      toVersion: 'v2',
      outcome: 'failed',
      message: 'check "health" failed',
    });
  });

  test.each<[string, string, Error, string]>([
    ['a question answered with no', 'confirm', new NotConfirmedError('no'), 'not-confirmed'],
    ['a signal', 'wait', new InterruptedError('SIGINT', 2), 'interrupted'],
    ['a signal at the question', 'confirm', new InterruptedError('SIGINT', 2), 'interrupted'],
    ['a lost race', 'switch', new LostRaceError('somebody was first'), 'failed'],
    ['part of an apply', 'patch', new RefusedError('forbidden'), 'failed'],
  ])('%s', (_, kind, error, outcome) => {
    const plan: Plan =
      kind === 'patch' ? { ...promotion, steps: [{ kind: 'apply', objects: [] }, ...promotion.steps] } : promotion;
    expect(added(plan, until(plan, kind, error))?.[1]).toMatchObject({ outcome });
  });

  test('a cleanup: from how many replicas to how many', () => {
    const plan = planCleanup({ state: stateOf(), autoscalers: [], keep: 1, afterSeconds: 0 });
    expect(added(plan, until(plan, undefined))?.[1]).toMatchObject({
      kind: 'cleanup',
      from: 'green',
      to: 'green',
      toVersion: 'v0',
      message: 'from 2 to 1 replicas',
    });
  });

  test('a promotion that leaves the switch to a GitOps tool: a deploy', () => {
    const plan = deferSwitch(promotion, { tool: 'Argo CD', evidence: '', remedy: '' });
    expect(added(plan, until(plan, undefined))?.[1]).toMatchObject({ kind: 'deploy', from: 'green', to: 'green' });
  });

  test('a promotion that moved traffic, and failed afterwards: why, on the entry that the switch wrote', () => {
    const ended = until(promotion, 'prove', new RefusedError('no endpoints'));
    const own: HistoryEntry = { ...OLD, id: 'op-2', outcome: 'switched' };
    expect(runRecord(promotion, stateOf(), ended)?.([OLD, own])).toEqual([OLD, { ...own, message: 'no endpoints' }]);
  });
});

describe('nothing', () => {
  test.each<[string, EndedRun]>([
    ['of a promotion that moved traffic: the switch wrote it', until(promotion, undefined)],
    ['of one that changed nothing before it failed', until(promotion, 'patch', new RefusedError('forbidden'))],
    ['of one that was switched back: the switch back wrote it', until(promotion, 'record', new RolledBackError('ill'))],
    ['of one whose switch nobody knows of', until(promotion, 'switch', new UnknownStateError('?'))],
  ])('%s', (_, ended) => {
    expect(added(promotion, ended)).toBeUndefined();
  });

  test('of an install: the Service was created with it', () => {
    const { active = service('shop-active', 'blue'), ...before } = stateOf();
    const plan: Plan = {
      ...promotion,
      steps: [
        { kind: 'apply', objects: [] },
        { kind: 'create', services: [active] },
      ],
    };
    expect(added(plan, until(plan, undefined), before)).toBeUndefined();
  });
});
