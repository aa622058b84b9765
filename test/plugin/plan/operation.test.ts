import { describe, expect, test } from '@jest/globals';
import { OPERATION_ANNOTATION } from '../../../charts/names.js';
import {
  isUnfinished,
  lastOperation,
  type Operation,
  type OperationPhase,
  operationAnnotation,
} from '../../../plugin/plan/operation.js';
import { service } from '../cluster-objects.js';

const OPERATION: Operation = {
  id: 'op-7',
  kind: 'promote',
  from: 'blue',
  to: 'green',
  by: 'ada@host',
  at: '2026-01-02T03:04:05.000Z',
  outcome: 'switched',
};

function annotated(annotations?: Record<string, string>) {
  const active = service('shop-active', 'blue');
  return { ...active, metadata: { ...active.metadata, ...(annotations && { annotations }) } };
}

describe('lastOperation', () => {
  test('reads what operationAnnotation writes', () => {
    expect(lastOperation(annotated(operationAnnotation(OPERATION)))).toEqual(OPERATION);
  });

  test.each([
    ['no Service', undefined],
    ['no annotations', annotated()],
    ['another annotation', annotated({ other: '{}' })],
  ])('is none with %s', (_, of) => {
    expect(lastOperation(of)).toBeUndefined();
  });

  test.each([
    '',
    '{',
    'null',
    '7',
    '"op-7"',
    '{}',
    '{"id":7}',
    '{"id":"op-7"}',
    JSON.stringify({ ...OPERATION, at: 5 }),
    JSON.stringify({ ...OPERATION, from: '__proto__' }),
  ])('is none, and no error, for the text %j', (text) => {
    expect(lastOperation(annotated({ [OPERATION_ANNOTATION]: text }))).toBeUndefined();
  });
});

describe('isUnfinished', () => {
  test.each<[OperationPhase, boolean]>([
    ['installed', false],
    ['switched', true],
    ['proved', false],
    ['complete', false],
    ['rolled-back', false],
    ['abandoned', false],
  ])('an operation on record as %s: %s', (outcome, unfinished) => {
    expect(isUnfinished({ ...OPERATION, outcome })).toBe(unfinished);
  });

  test('no operation: false', () => {
    expect(isUnfinished(undefined)).toBe(false);
  });
});
