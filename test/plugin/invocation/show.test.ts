import { expect, test } from '@jest/globals';
import { EXIT, RefusedError } from '../../../plugin/core/errors.js';
import { show } from '../../../plugin/invocation/show.js';
import type { Rendered } from '../../../plugin/operations/write-back.js';
import { invocationOf } from '../invocation.js';

/** How a deploy ended that failed, with traffic on blue as far as it knows. */
function failed(image: string): Rendered {
  const blue = { color: 'blue', version: image && 'v1', image, desired: 0, ready: 0, endpoints: 0 };
  const outcome = { release: 'shop', phase: 'wait', active: blue, exitCode: EXIT.refused };
  return { outcome, plan: {}, error: new RefusedError('no') } as unknown as Rendered;
}

test.each([
  ['shop:v1', 'traffic of shop is on blue (v1)\n'],
  // A first deploy that failed has removed what it had made.
  ['', 'no Deployment of shop has traffic\n'],
])('the last words of a run that failed say where traffic is, with the image "%s" there', async (image, words) => {
  const invocation = invocationOf();
  await expect(show(invocation, failed(image))).rejects.toThrow('no');
  expect(invocation.err()).toBe(words);
});

test('the last words of a run that could not read the release afterwards say so, and name no version', async () => {
  const invocation = invocationOf();
  const green = { color: 'green', version: 'v1', image: 'shop:v1' };
  const outcome = { release: 'shop', namespace: 'store', phase: 'complete', active: green, observedAt: 'before' };
  expect(await show(invocation, { outcome: { ...outcome, exitCode: 0 }, plan: {} } as unknown as Rendered)).toBe(0);
  expect(invocation.err()).toBe(
    'traffic of shop is on green as far as this run knows, which could not read it afterwards: ' +
      'ask "kubectl bluegreen status shop --namespace store"\n',
  );
});
