import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quote } from '../../../../plugin/commands/doctor/remedies.js';
import { readCommands } from '../../../../plugin/plan/advice/command-line.js';

describe('a printed command', () => {
  test('is words and flags', () => {
    expect(readCommands(`kubectl bluegreen promote shop -f 'my dist/' --version=v2 --dry-run -n store`)).toEqual([
      {
        words: ['kubectl', 'bluegreen', 'promote', 'shop'],
        flags: new Map([
          ['f', 'my dist/'],
          ['version', 'v2'],
          ['dry-run', ''],
          ['n', 'store'],
        ]),
      },
    ]);
  });

  test('may be several', () => {
    const line = `kubectl delete deployment/x -n y && kubectl get z --docker-password="$A B" | kubectl apply -f -`;
    expect(readCommands(line).map(({ words }) => words)).toEqual([
      ['kubectl', 'delete', 'deployment/x'],
      ['kubectl', 'get', 'z'],
      ['kubectl', 'apply'],
    ]);
    expect(readCommands(line)[1]?.flags.get('docker-password')).toBe('$A B');
  });

  test('gives back whatever was quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        expect(readCommands(`kubectl patch x -p ${quote(text)}`)[0]?.flags.get('p')).toBe(text);
      }),
    );
  });
});
