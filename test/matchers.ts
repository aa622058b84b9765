import { expect } from '@jest/globals';

declare module 'expect' {
  interface Matchers<R> {
    /** A call of a program that ended with this code; a failure shows all that is known of the call, its stderr above all. */
    toExitWith(code: number): R;
  }
}

expect.extend({
  toExitWith(call: unknown, code: number) {
    const { exitCode } = call as { exitCode?: number };
    const told = Object.entries(call as object).map(([name, value]) => `${name}: ${words(value)}`);
    return {
      pass: exitCode === code,
      message: () => `it ${this.isNot ? 'ended' : 'did not end'} with exit code ${code}\n${told.join('\n')}`,
    };
  },
});

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
