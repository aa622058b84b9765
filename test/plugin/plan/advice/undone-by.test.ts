import { expect, test } from '@jest/globals';
import { undoneBy } from '../../../../plugin/plan/advice/undone-by.js';
import { service, stateOf } from '../../cluster-objects.js';

const live = service('shop-active', 'blue');
const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps' };
const state = stateOf({ active: { ...live, metadata: { ...live.metadata, labels } } });
const object = 'service/shop-active';
const SELECTOR = `kubectl patch service shop-active -p '{"spec":{"selector":{"version":"green"}}}'`;
const TYPE = `kubectl patch service shop-active -p '{"spec":{"type":"NodePort"}}'`;

test.each<[string, string, string, boolean, boolean]>([
  ['changes what Flux applies', object, TYPE, true, true],
  ['changes what the rules leave alone', object, SELECTOR, true, false],
  ['changes that, without rules', object, SELECTOR, false, true],
  ['only shows something', object, 'kubectl describe service/shop-active', true, false],
  ["is the plugin's own", object, 'kubectl bluegreen promote shop', true, false],
  ['changes an object that no tool applies', 'service/shop-preview', TYPE, true, false],
  ['changes another kind of object', 'pod/x', 'kubectl delete pod/x', true, false],
])('a command that %s is told of, or not', (_, named, fix, hasRules, isTold) => {
  const text = undoneBy(state, { object: named, fix }, hasRules);
  expect(text).toBe(
    isTold
      ? 'until Flux, which applies service/shop-active, puts it back: change the spec, and commit that'
      : undefined,
  );
});
