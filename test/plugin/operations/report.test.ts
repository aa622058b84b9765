import { expect, test } from '@jest/globals';
import { UnreachableError } from '../../../plugin/core/errors.js';
import { executed } from '../../../plugin/operations/report.js';
import type { Plan } from '../../../plugin/plan/steps.js';
import type { Session } from '../../../plugin/run/session.js';
import { stateOf } from '../cluster-objects.js';
import { fakeRun } from '../fake-run.js';

const PLAN: Plan = {
  operation: 'promote',
  release: 'shop',
  namespace: 'store',
  from: 'blue',
  to: 'green',
  steps: [],
  undo: [],
  warnings: ['a warning of the plan'],
};
const EXECUTION = { steps: [], active: 'green', movedTraffic: true, changedColor: true } as const;

function run(before: (verb: string) => void) {
  const fake = fakeRun();
  fake.api.before = ({ verb }) => before(verb);
  const session: Session = { run: fake, context: Promise.resolve('kind'), close: () => undefined };
  return { fake, outcome: executed(session, PLAN, stateOf(), EXECUTION) };
}

test('an outcome is of the release as it is after the run', async () => {
  const { fake, outcome } = run(() => undefined);
  const { active, warnings, observedAt } = await outcome;
  expect({ color: active.color, warnings, observedAt }).toEqual({
    color: 'green',
    warnings: PLAN.warnings,
    observedAt: undefined,
  });
  expect(fake.log).toEqual([]);
});

test('an outcome that is of before the run, since the release cannot be read after it, says so', async () => {
  const { fake, outcome } = run(() => {
    throw new UnreachableError('no answer from the server in 30s');
  });
  const words =
    'shop could not be read after the run (no answer from the server in 30s): what is told of its colors was seen before it';
  expect(await outcome).toMatchObject({
    active: { color: 'green' },
    warnings: [...PLAN.warnings, words],
    observedAt: 'before',
    exitCode: 0,
  });
  expect(fake.log).toEqual([`warn ${words}`]);
});
