import { describe, expect, test } from '@jest/globals';
import type { ReleaseInput } from '../../../../charts/index.js';
import { secretNotes } from '../../../../plugin/commands/init/secrets.js';
import { MINIMAL } from '../../../charts/spec/support.js';

const notes = (more: Partial<ReleaseInput>) => secretNotes({ ...MINIMAL, ...more });

describe('what looks like a secret', () => {
  test.each([
    ['DB_PASSWORD', true],
    ['api_key', true],
    ['TOKEN', true],
    ['SENTRY_DSN', true],
    ['KEYBOARD', false],
    ['TOKENIZER', false],
    ['NODE_ENV', false],
  ])('a variable %s: %p', (name, isTold) => {
    expect(notes({ env: { [name]: 'geheim' } })).toHaveLength(isTold ? 1 : 0);
    expect(notes({ config: { data: { [name]: 'geheim' } } })).toHaveLength(isTold ? 1 : 0);
    expect(notes({ env: { [name]: 'geheim' } }).join()).not.toContain('geheim');
  });

  test('but not what is kept in a Secret, or empty', () => {
    expect(notes({ env: { TOKEN: { secretKeyRef: { name: 'a', key: 'b' } }, PASSWORD: '' } })).toEqual([]);
  });
});
