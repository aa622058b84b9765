import { describe, expect, test } from '@jest/globals';
import { writtenBy } from '../../../plugin/plan/field-writer.js';
import { deployment } from '../cluster-objects.js';

const wrote = (manager: string, time: string, ...fields: string[]) => ({
  manager,
  time,
  fieldsV1: { 'f:spec': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) },
});
const of = (...managedFields: object[]) => {
  const live = deployment('green', 'v1');
  return { ...live, metadata: { ...live.metadata, managedFields } };
};

describe('writtenBy', () => {
  test.each([
    ['nobody, where the server does not say', [], ''],
    ['nobody, of a field that others wrote', [wrote('kubectl-edit', '2026-01-02T00:00:00Z', 'replicas')], ''],
    [
      'who wrote it last',
      [
        wrote('kubectl-edit', '2026-01-03T00:00:00Z', 'template'),
        wrote('helm', '2026-01-02T00:00:00Z', 'template', 'replicas'),
      ],
      ' by kubectl-edit at 2026-01-03T00:00:00Z',
    ],
    [
      'the other one, where both wrote within a second',
      [
        wrote('kubectl-edit', '2026-01-03T00:00:00Z', 'template'),
        wrote('kubectl-bluegreen', '2026-01-03T00:00:00Z', 'template'),
      ],
      ' by kubectl-edit at 2026-01-03T00:00:00Z',
    ],
    [
      'the other one without a time, where the server leaves it out, as of a scale',
      [
        { ...wrote('kubectl', '', 'template'), time: undefined, subresource: 'scale' },
        wrote('kubectl-bluegreen', '2026-01-03T00:00:00Z', 'template'),
      ],
      ' by kubectl',
    ],
  ])('names %s', (_, managers, words) => {
    expect(writtenBy(of(...managers), 'template')).toBe(words);
    expect(writtenBy(of(...managers.toReversed()), 'template')).toBe(words);
  });
});
