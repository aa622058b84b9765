import { describe, expect, test } from '@jest/globals';
import { ApiError, RefusedError, UnknownStateError } from '../../../../plugin/core/errors.js';
import { switchTraffic } from '../../../../plugin/traffic/selector/switch.js';
import { ACTIVE, fakeRun } from '../../fake-run.js';
import {
  atFirstPatch,
  NO_ANSWER,
  patches,
  REQUEST,
  recorded,
  selected,
  touchStatus,
  unanswered,
} from '../../switching.js';

describe('switchTraffic, when its patch is not answered', () => {
  test('succeeds when the patch took effect', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'after', unanswered);
    await switchTraffic(run, REQUEST);
    expect(recorded(run)).toMatchObject({ id: 'op-2', outcome: 'switched' });
    expect(patches(run)).toHaveLength(1);
  });

  test('fails when it did not, and makes sure that it cannot take effect later', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', unanswered);
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(RefusedError);
    expect(selected(run)).toMatchObject({ version: 'blue' });
    const late = patches(run)[0]?.body as object;
    await expect(run.api.patch(ACTIVE, late)).rejects.toMatchObject({ status: 409 });
    expect(selected(run)).toMatchObject({ version: 'blue' });
  });

  test('takes an internal error of the server for no answer', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'after', () => {
      throw new ApiError(504, 'Timeout', 'the server was unable to return a response in the time allotted');
    });
    await switchTraffic(run, REQUEST);
    expect(recorded(run)?.id).toBe('op-2');
  });

  test('reads again while the server does not answer', async () => {
    const run = fakeRun();
    let silent = 0;
    atFirstPatch(run, 'after', () => {
      run.api.before = ({ verb }) => {
        if (verb === 'get' && ++silent <= 3) throw NO_ANSWER;
      };
      throw NO_ANSWER;
    });
    await switchTraffic(run, REQUEST);
    expect(silent).toBe(4);
  });

  test('fences again when the Service changes between reading and fencing', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'before', () => {
      atFirstPatch(run, 'before', () => touchStatus(run));
      throw NO_ANSWER;
    });
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(RefusedError);
    await expect(run.api.patch(ACTIVE, patches(run)[0]?.body as object)).rejects.toMatchObject({ status: 409 });
  });

  test('does not know where traffic is when the server stays silent', async () => {
    const run = fakeRun();
    atFirstPatch(run, 'after', () => {
      run.api.before = unanswered;
      throw NO_ANSWER;
    });
    const started = run.clock.now();
    await expect(switchTraffic(run, REQUEST)).rejects.toThrow(UnknownStateError);
    expect(run.clock.now() - started).toBeGreaterThanOrEqual(30_000);
  });
});
