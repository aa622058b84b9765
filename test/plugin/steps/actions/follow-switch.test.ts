import { describe, expect, test } from '@jest/globals';
import { HOLD_ANNOTATION } from '../../../../charts/names.js';
import { ApiError, RefusedError, UnprovenError, UnreachableError } from '../../../../plugin/core/errors.js';
import type { Service } from '../../../../plugin/core/kubernetes.js';
import { readHold } from '../../../../plugin/plan/gitops/hold.js';
import { readHistory } from '../../../../plugin/plan/history.js';
import { planPromote } from '../../../../plugin/plan/promote.js';
import { awaitSwitch } from '../../../../plugin/steps/actions/await-switch.js';
import { recordHold, recordSwitch } from '../../../../plugin/steps/actions/record-switch.js';
import { recordOutcome } from '../../../../plugin/traffic/record.js';
import { inputOf, service } from '../../cluster-objects.js';
import { failure } from '../../failure.js';
import { ACTIVE, type FakeRun, fakeRun } from '../../fake-run.js';
import { atFirstPatch, recorded, touchStatus } from '../../switching.js';

const plan = planPromote(inputOf());
const STEP = {
  kind: 'record-switch',
  service: 'shop-active',
  from: 'blue',
  to: 'green',
  fromVersion: 'v1',
  tool: 'Flux',
} as const;
const moveTo = (run: FakeRun, color: 'blue' | 'green') => run.api.put(service('shop-active', color, { to: 'blue' }));
const hold = (run: FakeRun) => readHold(run.api.at<Service>(ACTIVE));

describe('awaitSwitch', () => {
  test('waits until a tool has moved traffic, also while the server does not answer', async () => {
    const run = fakeRun();
    let asked = 0;
    run.api.before = () => {
      if (asked++ === 1) throw new UnreachableError('no answer');
    };
    run.clock.after(5500, () => moveTo(run, 'green'));
    const started = run.clock.now();
    await awaitSwitch(run, 'green', 'Flux', 0);
    expect(run.clock.now() - started).toBe(6000);
  });

  test('gives up after its time, with traffic where it was', async () => {
    await expect(awaitSwitch(fakeRun(), 'green', 'Flux', 3000)).rejects.toThrow(
      failure(
        RefusedError,
        'Flux has not moved traffic to green in 3s: is the commit pushed and merged? ' +
          'The same command with --wait goes on where this one stopped',
      ),
    );
  });

  test('ends with what the server refuses', async () => {
    const run = fakeRun();
    run.api.before = () => {
      throw new ApiError(403, 'Forbidden', 'you may not');
    };
    await expect(awaitSwitch(run, 'green', 'Flux', 0)).rejects.toThrow('you may not');
  });
});

describe('recordSwitch', () => {
  test('writes a switch by a tool down as one of this run, also when somebody changes the Service meanwhile', async () => {
    const run = fakeRun();
    moveTo(run, 'green');
    atFirstPatch(run, 'before', () => touchStatus(run));
    await recordSwitch(run, STEP, plan);
    expect(recorded(run)).toMatchObject({
      id: 'op-2',
      kind: 'promote',
      from: 'blue',
      to: 'green',
      outcome: 'switched',
    });
    const entries = readHistory(run.api.at<Service>(ACTIVE)).entries;
    expect(entries.at(-1)).toMatchObject({
      id: 'op-2',
      fromVersion: 'v1',
      message: 'Flux moved traffic, as a commit said',
    });
  });

  test('writes nothing when traffic is elsewhere by now', async () => {
    const run = fakeRun();
    await expect(recordSwitch(run, STEP, plan)).rejects.toThrow(failure(UnprovenError, 'traffic was moved on to blue'));
    expect(recorded(run)?.id).toBe('op-1');
  });
});

describe('a hold', () => {
  test('names the Pods that failed, and ends when they are promoted after all', async () => {
    const run = fakeRun();
    moveTo(run, 'green');
    await recordSwitch(run, STEP, plan);
    await recordHold(run, { to: 'green', why: 'it restarts\nand more', id: 'op-2' });
    expect(hold(run)).toMatchObject({ color: 'green', template: recorded(run)?.template, why: 'it restarts' });
    await recordOutcome(run, 'shop-active', 'complete');
    expect(hold(run)).toBeUndefined();
    expect(run.api.at<Service>(ACTIVE)?.metadata.annotations).not.toHaveProperty([HOLD_ANNOTATION]);
  });

  test('stays when other Pods are promoted', async () => {
    const run = fakeRun();
    await recordHold(run, { to: 'green', why: 'it restarts', id: 'op-0' });
    await recordOutcome(run, 'shop-active', 'complete', 'op-1');
    expect(hold(run)).toMatchObject({ color: 'green' });
  });

  test('that cannot be written is a warning', async () => {
    const run = fakeRun();
    run.api.before = ({ verb }) => {
      if (verb === 'patch') throw new ApiError(403, 'Forbidden', 'you may not');
    };
    await recordHold(run, { to: 'green', why: 'it restarts', id: 'op-0' });
    expect(run.log).toEqual(['warn what failed on green is not on hold: Error from server (Forbidden): you may not']);
  });
});
