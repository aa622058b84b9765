import { describe, expect, test } from '@jest/globals';
import { type ColorMode, createReporter, usesColor } from '../../../plugin/terminal/reporter.js';

const output = (isTTY?: boolean) => {
  const written: string[] = [];
  return { written, write: (text: string) => written.push(text), ...(isTTY !== undefined && { isTTY }) };
};

describe('usesColor', () => {
  test.each<[ColorMode, boolean | undefined, NodeJS.ProcessEnv, boolean]>([
    ['auto', true, {}, true],
    ['auto', false, {}, false],
    ['auto', undefined, {}, false],
    ['auto', true, { NO_COLOR: '1' }, false],
    ['auto', true, { NO_COLOR: '' }, true],
    ['auto', true, { TERM: 'dumb' }, false],
    ['always', false, { NO_COLOR: '1' }, true],
    ['never', true, {}, false],
  ])('--color=%s, terminal: %s, %j: %s', (mode, isTTY, env, wanted) => {
    expect(usesColor(output(isTTY), mode, env)).toBe(wanted);
  });
});

describe('createReporter', () => {
  function report(colored: boolean, changes: 'verb' | 'name' | 'progress') {
    const [stdout, stderr] = [output(), output()];
    const reporter = createReporter(stdout, stderr, colored, changes);
    return { reporter, out: () => stdout.written.join(''), err: () => stderr.written.join('') };
  }

  test('tells progress on stderr and leaves stdout to data', () => {
    const { reporter, out, err } = report(false, 'verb');
    reporter.step('verify every Pod');
    reporter.info('2 Pods passed\n3 checks each');
    reporter.warn('service "x" not found');
    expect(err()).toBe('• verify every Pod\n  2 Pods passed\n  3 checks each\nwarning: service "x" not found\n');
    expect(out()).toBe('');
  });

  test.each([
    ['verb', 'service/shop-active patched\n', ''],
    ['name', 'service/shop-active\n', ''],
    ['progress', '', '  service/shop-active patched\n'],
  ] as const)('tells a change as %s', (changes, stdout, stderr) => {
    const { reporter, out, err } = report(false, changes);
    reporter.changed('service/shop-active', 'patched');
    expect([out(), err()]).toEqual([stdout, stderr]);
  });

  test('writes escape codes only when colored', () => {
    const [plain, painted] = [report(false, 'verb'), report(true, 'verb')];
    for (const { reporter } of [plain, painted]) {
      reporter.step('a');
      reporter.info('b');
      reporter.warn('c');
    }
    expect(plain.err()).not.toContain('\u001b');
    expect(painted.err()).toContain('\u001b[33mwarning:\u001b[0m c');
  });

  test('escapes what a Pod says: it must not drive the terminal', () => {
    const { reporter, err } = report(false, 'verb');
    for (const tell of [reporter.step, reporter.info, reporter.warn]) tell('\u001b[2J\u0007gone\r');
    for (const control of ['\u0007', '\u001b', '\r']) expect(err()).not.toContain(control);
    expect(err().match(/gone/g)).toHaveLength(3);
  });
});
