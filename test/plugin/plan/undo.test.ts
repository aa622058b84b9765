import { expect, test } from '@jest/globals';
import type { Step } from '../../../plugin/plan/steps.js';
import { undoAfter } from '../../../plugin/plan/undo.js';
import { autoscaler, manifestDeployment, manifestService } from '../manifests.js';

const green = manifestDeployment('green', 'v2');
const service = manifestService('shop-green', 'green', { version: 'green' });
const hpa = autoscaler('green');
const undo: Step[] = [
  { kind: 'restore', objects: [green, service] },
  { kind: 'recreate', objects: [hpa] },
];

test.each<[string, Step[], string[]]>([
  ['nothing', [], []],
  ['a wait before it', [{ kind: 'confirm', question: 'sure?' }], []],
  ['an apply of one', [{ kind: 'apply', objects: [service] }], ['restore shop-green']],
  ['a patch of the Deployment', [{ kind: 'patch', deployment: 'shop-green', patch: {} }], ['restore shop-green']],
  [
    'an apply and a deletion',
    [
      { kind: 'apply', objects: [green, service] },
      { kind: 'delete', objects: [hpa] },
    ],
    ['restore shop-green,shop-green', 'recreate shop-green'],
  ],
])('after %s only what it changed is put back', (_, begun, wanted) => {
  const names = (step: Step) => ('objects' in step ? step.objects.map(({ metadata }) => metadata.name).join() : '');
  expect(undoAfter(undo, begun).map((step) => `${step.kind} ${names(step)}`)).toEqual(wanted);
});
