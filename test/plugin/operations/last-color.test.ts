import { describe, expect, test } from '@jest/globals';
import { RefusedError } from '../../../plugin/core/errors.js';
import { askLastColor } from '../../../plugin/operations/last-color.js';
import type { PlanInput } from '../../../plugin/plan/input.js';
import { deployment, inputOf, stateOf } from '../cluster-objects.js';
import { failure } from '../failure.js';
import { fakeRun } from '../fake-run.js';
import { manifestsOf } from '../manifests.js';

const green = deployment('green', 'v9');
const announced = {
  ...green,
  metadata: { ...green.metadata, annotations: { 'kubectl-bluegreen.dev/promoting': 'op-7.1 by ada@host' } },
};

/** A release whose active Service is gone, and of which no record says where the traffic was. */
function unknown(more: Partial<PlanInput> = {}) {
  const { active, preview, ...state } = stateOf({ deployments: { blue: deployment('blue', 'v1'), green: announced } });
  return inputOf({ state, manifests: manifestsOf(), ...more });
}

async function ask(answer: string | undefined, { isTTY = true, seen = unknown() } = {}) {
  const asked: string[] = [];
  const run = fakeRun({
    ask: async (question, prompt) => {
      asked.push(`${question}\n${prompt}`);
      return answer;
    },
  });
  return { to: (await askLastColor(isTTY, run, seen)).intent.to, asked };
}

describe('the color of an active Service that is made anew', () => {
  test('is asked for at a terminal, showing what each color runs', async () => {
    const { to, asked } = await ask(' green ');
    expect(to).toBe('green');
    expect(asked).toEqual([
      'service/shop-active is gone, and no record says which color had the traffic last: ' +
        'blue runs v1 (2 of 2 Pods ready), green runs v9 (2 of 2 Pods ready)\n' +
        'Which color is to have the traffic, blue or green? ',
    ]);
  });

  test.each([['yes'], [''], [undefined]])('is no answer like %j', async (answer) => {
    const said = `not answered with blue or green: the answer was "${answer ?? ''}"`;
    await expect(ask(answer)).rejects.toThrow(failure(RefusedError, said));
  });

  test('is not asked for without a terminal: the planner refuses', async () => {
    expect(await ask('green', { isTTY: false })).toEqual({ to: undefined, asked: [] });
  });

  test.each([
    ['--to says it', unknown({ intent: { target: {}, to: 'blue' } })],
    ['the active Service is there', inputOf({ manifests: manifestsOf() })],
    ['there are no manifests to make it from', inputOf({ state: unknown().state })],
  ])('is not asked for where %s', async (_, seen) => {
    expect((await ask('green', { seen })).asked).toEqual([]);
  });
});
