import { describe, expect, test } from '@jest/globals';
import { InterruptedError, RolledBackError, UnprovenError, UnreachableError } from '../../../plugin/core/errors.js';
import type { Deployment, Service } from '../../../plugin/core/kubernetes.js';
import { lastOperation } from '../../../plugin/plan/operation.js';
import { newestServed } from '../../../plugin/plan/served.js';
import { pod, service } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { ACTIVE, BLUE, type FakeRun, fakeRun, PREVIEW } from '../fake-run.js';
import { atStep, image, NEW, policyOf, promote, traffic } from '../promotion.js';

describe('a failure after the switch', () => {
  test('says that traffic was switched, and undoes nothing', async () => {
    const run = fakeRun();
    run.api.before = ({ verb, path }) => {
      if (verb === 'patch' && path === PREVIEW) throw new UnreachableError('no answer');
    };
    const { error, active, failed, skipped } = await promote(run);
    expect(error).toEqual(failure(UnprovenError, 'traffic was switched to green, but: no answer'));
    expect([active, failed, skipped, image(run)]).toEqual(['green', ['preview'], ['prove', 'record'], NEW]);
  });

  test('in the proof is told in the words of the proof', async () => {
    const run = fakeRun();
    const usual = run.api.after;
    run.api.after = (call) => {
      if (call.path !== ACTIVE) usual(call);
    };
    const { error } = await promote(run);
    expect(error).toBeInstanceOf(UnprovenError);
    expect(error.message).toContain('not yet served: g1, g2');
    expect(newestServed([run.api.at<Deployment>(BLUE)])?.color).toBe('green');
  });

  test('by a signal says that traffic has moved', async () => {
    const stop = new AbortController();
    const run = fakeRun({ signal: stop.signal });
    atStep(run, 'point', () => stop.abort(new InterruptedError('SIGINT', 2)));
    const { active } = await promote(run);
    expect([active, traffic(run)]).toEqual(['green', 'green']);
  });
});

describe('the watch after the switch', () => {
  const sickAfterSwitch = (run: FakeRun) =>
    atStep(run, 'watch', () => run.clock.after(3000, () => run.api.put(pod('green', 'g2', { ready: false }))));

  test('of a color that stays well ends the promotion', async () => {
    const run = fakeRun();
    const { error, done } = await promote(run, policyOf(30));
    expect(error).toBeUndefined();
    expect(done.slice(-4)).toEqual(['prove', 'record', 'watch', 'record']);
  });

  test('of a color that falls ill switches back, proves that, and records it', async () => {
    const run = sickAfterSwitch(fakeRun());
    const { error, active } = await promote(run, policyOf(30));
    expect(error).toEqual(
      failure(
        RolledBackError,
        'green was unhealthy after the switch: 1 of 2 Pods are ready: pod "g2" is not ready; traffic is back on blue',
      ),
    );
    expect(error).toMatchObject({ exitCode: 6 });
    expect([active, traffic(run), run.api.at<Service>(PREVIEW)?.spec.selector?.version]).toEqual([
      'blue',
      'blue',
      'green',
    ]);
    expect(lastOperation(run.api.at(ACTIVE))).toMatchObject({
      kind: 'rollback',
      from: 'green',
      to: 'blue',
      outcome: 'rolled-back',
    });
  });

  test('goes back by way of both colors where the policy wants that', async () => {
    const run = sickAfterSwitch(fakeRun());
    const seen: unknown[] = [];
    run.api.before = () => void seen.push(traffic(run) ?? 'both');
    const policy = policyOf(30);
    const { error } = await promote(run, { ...policy, promotion: { ...policy.promotion, switch: 'overlap' } });
    expect(error).toBeInstanceOf(RolledBackError);
    expect(seen.filter((one, index) => one !== seen[index - 1])).toEqual(['blue', 'both', 'green', 'both', 'blue']);
    expect(lastOperation(run.api.at(ACTIVE))).toMatchObject({ kind: 'rollback', to: 'blue', outcome: 'rolled-back' });
  });

  test('of a color that falls ill leaves traffic where the policy says so, and says how to move it back', async () => {
    const run = sickAfterSwitch(fakeRun());
    const { error, active } = await promote(run, policyOf(30, false));
    expect(error).toBeInstanceOf(UnprovenError);
    expect([...run.results.values()].at(-1)).toMatchObject({ color: 'green', check: 'watch', status: 'failed' });
    expect(error.message).toContain('kubectl bluegreen rollback shop --namespace store --to blue');
    expect([active, traffic(run)]).toEqual(['green', 'green']);
  });

  test('does not switch back to a color that was scaled to nothing', async () => {
    const run = sickAfterSwitch(fakeRun());
    atStep(run, 'watch', () => void run.api.patch(BLUE, { spec: { replicas: 0 } }));
    const { error } = await promote(run, policyOf(30));
    expect(error).toBeInstanceOf(UnprovenError);
    expect(error.message).toMatch(/deployment "shop-blue" was scaled to 0 replicas meanwhile.*, want 1$/);
    expect(traffic(run)).toBe('green');
  });

  test('switches back to a color that is not whole: better than an unhealthy one', async () => {
    const run = sickAfterSwitch(fakeRun());
    atStep(run, 'watch', () => void run.api.patch(BLUE, { spec: { replicas: 3 } }));
    expect((await promote(run, policyOf(30))).error).toBeInstanceOf(RolledBackError);
    expect(traffic(run)).toBe('blue');
  });

  test('does not switch back what somebody else has moved meanwhile', async () => {
    const run = sickAfterSwitch(fakeRun());
    atStep(run, 'watch', () => run.api.put(service('shop-active', 'green', { id: 'op-9' })));
    const { error } = await promote(run, policyOf(30));
    expect(error).toBeInstanceOf(UnprovenError);
    expect(traffic(run)).toBe('green');
  });

  test('does not claim to be back when the endpoints do not follow', async () => {
    const run = sickAfterSwitch(fakeRun());
    atStep(run, 'watch', () => {
      run.api.after = () => undefined;
    });
    const { error } = await promote(run, policyOf(30));
    expect(error).toBeInstanceOf(UnprovenError);
    expect(error.message).toContain('selects blue, but');
  });
});
