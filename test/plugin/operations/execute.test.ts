import { describe, expect, test } from '@jest/globals';
import {
  InterruptedError,
  LostRaceError,
  NotConfirmedError,
  RefusedError,
  UnknownStateError,
  UnreachableError,
} from '../../../plugin/core/errors.js';
import type { Service } from '../../../plugin/core/kubernetes.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { pod, service } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { ACTIVE, fakeRun, GREEN, PREVIEW } from '../fake-run.js';
import { fakeTunnels } from '../fake-tunnels.js';
import { atStep, image, NEW, OLD, promote, traffic } from '../promotion.js';

const failing = () => fakeTunnels(() => ({ status: 500 }));

describe('execute', () => {
  test('promotes: every step is done, in order, and traffic has moved', async () => {
    const run = fakeRun();
    const result = await promote(run);
    expect(result.error).toBeUndefined();
    expect(result.done).toEqual([
      'patch',
      'wait',
      'patch',
      'verify',
      'confirm',
      'switch',
      'preview',
      'prove',
      'record',
    ]);
    expect(result.active).toBe('green');
    expect(traffic(run)).toBe('green');
    expect(run.api.at<Service>(PREVIEW)?.spec.selector?.version).toBe('blue');
    expect(lastOperation(run.api.at(ACTIVE))).toMatchObject({ id: 'op-2', outcome: 'complete' });
  });

  test('keeps as evidence which Pods were verified and how the endpoints followed', async () => {
    const { steps } = await promote(fakeRun());
    expect(steps).toContainEqual(
      expect.objectContaining({
        kind: 'verify',
        verified: [expect.objectContaining({ pod: 'g1' }), expect.objectContaining({ pod: 'g2' })],
      }),
    );
    expect(steps).toContainEqual(
      expect.objectContaining({ kind: 'prove', convergence: expect.objectContaining({ endpoints: 2 }) }),
    );
  });

  test('verifies a Pod that appeared after the verification, before it switches', async () => {
    const run = fakeRun();
    atStep(run, 'switch', () => run.api.put(pod('green', 'g3')));
    await promote(run);
    expect(run.tunnels.requests.at(-1)?.pod).toBe('g3');
  });

  test('does not switch to a color that was scaled down after the verification, while its Pods are still ready', async () => {
    const run = fakeRun();
    atStep(run, 'switch', () => void run.api.patch(GREEN, { spec: { replicas: 1 } }));
    const { error, failed } = await promote(run);
    expect([failed, traffic(run)]).toEqual([['switch'], 'blue']);
    expect(error).toBeInstanceOf(RefusedError);
    expect((error as Error).message).toMatch(/^deployment "shop-green" was scaled to 1 replicas meanwhile.*, want 2$/);
  });

  test('does not switch to a Pod that appeared after the verification and does not pass', async () => {
    const run = fakeRun({ tunnels: fakeTunnels(({ pod: name }) => ({ status: name === 'g3' ? 500 : 200 })) });
    atStep(run, 'switch', () => run.api.put(pod('green', 'g3')));
    const { error, failed } = await promote(run);
    expect([failed, traffic(run)]).toEqual([['switch'], 'blue']);
    expect(error).toBeInstanceOf(RefusedError);
  });
});

describe('a failure before the switch', () => {
  test('stops the run, leaves traffic, and puts the idle color back', async () => {
    const run = fakeRun({ tunnels: failing() });
    const result = await promote(run);
    expect(result.error).toBeInstanceOf(RefusedError);
    expect([result.failed, result.skipped]).toEqual([['verify'], ['confirm', 'switch', 'preview', 'prove', 'record']]);
    expect([result.active, traffic(run), image(run)]).toEqual(['blue', 'blue', OLD]);
  });

  test('is not hidden by an undo that fails as well, which lists what is left to do and has an exit code of its own', async () => {
    const run = fakeRun({ tunnels: failing() });
    atStep(run, 'put back', () => {
      run.api.before = ({ verb }) => {
        if (verb === 'apply') throw new UnreachableError('no answer');
      };
    });
    const { error, notPutBack } = await promote(run);
    expect(error).toMatchObject({ name: 'NotPutBackError', exitCode: 8 });
    expect(error.message).toMatch(/check "health".*\nnot put back: deployment.apps\/shop-green$/s);
    expect(notPutBack).toMatchObject([{ object: 'deployment.apps/shop-green', why: 'no answer' }]);
    expect(run.log.join('\n')).toContain(
      'warn deployment.apps/shop-green could not be put back: no answer; by hand: kubectl',
    );
  });

  test.each([
    ['no', async () => 'no', 'not confirmed: the answer was "no"'],
    ['nothing', async () => '', 'not confirmed: the answer was ""'],
    ['yesterday', async () => 'yesterday', 'not confirmed: the answer was "yesterday"'],
    ['by a closed stdin', async () => undefined, 'not confirmed: stdin is closed; answer "yes" or pass --yes'],
  ])('when the answer is %s leaves traffic, and leaves what was deployed for a look', async (_, ask, message) => {
    const run = fakeRun({ ask });
    const { error } = await promote(run);
    expect(error).toEqual(failure(NotConfirmedError, message));
    expect([traffic(run), image(run)]).toEqual(['blue', NEW]);
  });

  test.each(['y', 'Y', 'yes', 'YES', ' yes '])('is not the answer %j', async (answer) => {
    const run = fakeRun({ ask: async () => answer });
    expect((await promote(run)).error).toBeUndefined();
  });

  test('is not a question that --yes answers', async () => {
    let asked = 0;
    const run = fakeRun({ yes: true, ask: async () => `${++asked}` });
    expect([(await promote(run)).error, asked]).toEqual([undefined, 0]);
  });

  test('by a lost race undoes nothing: it would undo the work of the winner', async () => {
    const run = fakeRun();
    atStep(run, 'switch', () => run.api.put(service('shop-active', 'green', { id: 'op-9' })));
    const { error } = await promote(run);
    expect(error).toBeInstanceOf(LostRaceError);
    expect(image(run)).toBe(NEW);
  });

  test('by a signal ends the run with its reason before the next step, and puts the idle color back', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    atStep(run, 'switch', () => stop.abort(new InterruptedError('SIGINT', 2)));
    const { error, failed } = await promote(run);
    expect(error).toMatchObject({ exitCode: 130 });
    expect([failed, traffic(run), image(run)]).toEqual([['switch'], 'blue', OLD]);
  });
});

describe('a switch without an answer', () => {
  test('that cannot be read back undoes nothing: the new color may have the traffic', async () => {
    const run = fakeRun();
    const usual = run.api.after;
    run.api.after = (made) => {
      usual(made);
      const { verb, path, body } = made;
      if (verb !== 'patch' || path !== ACTIVE || !('spec' in (body as object))) return;
      run.api.before = (call) => {
        if (call.path === ACTIVE) throw new UnreachableError('no answer');
      };
      throw new UnreachableError('no answer');
    };
    const { error, failed } = await promote(run);
    expect(error).toBeInstanceOf(UnknownStateError);
    expect([failed, image(run)]).toEqual([['switch'], NEW]);
  });
});
