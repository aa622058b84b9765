import { expect, test } from '@jest/globals';
import { problemsOf } from './support.js';

test.each<[string, object, string]>([
  [
    "a label of the release's own",
    { labels: { version: 'v1' } },
    'labels.version: is a label that the release sets itself',
  ],
  [
    "an annotation of the release's own",
    { service: { annotations: { 'kubectl-bluegreen.dev/policy': '{}' } } },
    'service.annotations["kubectl-bluegreen.dev/policy"]: is an annotation that kubectl-bluegreen sets itself',
  ],
])('%s is not valid', (_, more, problem) => {
  expect(problemsOf(more)).toEqual([problem]);
});
