import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import type { OperationRequest } from '../../../plugin/operations/request.js';
import { runOperation } from '../../../plugin/operations/run-operation.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import { emitTo, type RunEvent, reportTo } from '../../../plugin/run/events.js';
import { inputOf, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { type FakeRun, fakeRun } from '../fake-run.js';
import { fakeTunnels } from '../fake-tunnels.js';
import { policyOf, traffic } from '../promotion.js';

/** A promotion of v2 on a release of a cluster of its own, and what it tells. */
function promotion(operationId: string, options: Partial<OperationRequest['options']> = {}, status = 200) {
  const events: RunEvent[] = [];
  const emit = emitTo([(event) => events.push(event)]);
  const run: FakeRun = fakeRun({
    operationId,
    yes: true,
    emit,
    reporter: reportTo(emit),
    tunnels: fakeTunnels(() => ({ status })),
  });
  const input = inputOf({ state: stateOf(), policy: policyOf(), intent: { target: { version: 'v2' } } });
  const request: OperationRequest = {
    session: { run, context: Promise.resolve(operationId), close: () => undefined },
    operation: { kind: 'promote', plan: planPromote },
    options: {
      dryRun: false,
      force: false,
      releaseHold: false,
      commands: { given: undefined, accepted: undefined, stated: [] },
      ...options,
    },
    observe: async () => input,
  };
  return { run, events, request };
}

describe('two operations at once in one process', () => {
  test('each move their own release, tell their own events, and end with their own exit code', async () => {
    const [good, bad] = [promotion('op-good'), promotion('op-bad', {}, 500)];
    const [one, other] = await Promise.all([good.request, bad.request].map(runOperation));
    expect([one?.rendered.outcome.exitCode, other?.rendered.outcome.exitCode]).toEqual([0, 3]);
    expect([traffic(good.run), traffic(bad.run)]).toEqual(['green', 'blue']);
    expect(one?.rendered.outcome).toMatchObject({ operationId: 'op-good', context: 'op-good', phase: 'complete' });
    expect(other?.rendered.outcome).toMatchObject({ operationId: 'op-bad', context: 'op-bad', phase: 'verify' });
    const moved = [good, bad].map(({ events }) => events.filter(({ type }) => type === 'traffic-moved').length);
    expect(moved).toEqual([1, 0]);
  });
});

describe('runOperation', () => {
  test('plans, tells nothing of a run that is none, and changes nothing in a dry run', async () => {
    const { run, events, request } = promotion('op-2', { dryRun: true });
    const { rendered } = await runOperation(request);
    expect(rendered.outcome).toMatchObject({ phase: 'planned', exitCode: 0 });
    expect(events.map(({ type }) => type)).not.toContain('planned');
    expect(run.api.calls.filter(({ verb }) => verb === 'patch' || verb === 'apply')).toEqual([]);
  });

  test('is refused before there is a plan with the words of the planner', async () => {
    const { request } = promotion('op-2');
    const refusing = {
      ...request,
      operation: {
        ...request.operation,
        plan: () => {
          throw new RefusedError('no');
        },
      },
    };
    await expect(runOperation(refusing)).rejects.toThrow(failure(RefusedError, 'no'));
  });
});
