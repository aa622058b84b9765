import { expect, test } from '@jest/globals';
import { show } from '../../../plugin/commands/show.js';
import type { Shown } from '../../../plugin/commands/write-back.js';
import { EXIT, RefusedError } from '../../../plugin/errors.js';
import { invocationOf } from '../invocation.js';

/** How a deploy ended that failed, with traffic on blue as far as it knows. */
function failed(image: string): Shown {
  const blue = { color: 'blue', version: image && 'v1', image, desired: 0, ready: 0, endpoints: 0 };
  const outcome = { release: 'shop', phase: 'wait', active: blue, exitCode: EXIT.refused };
  return { outcome, plan: {}, error: new RefusedError('no') } as unknown as Shown;
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
