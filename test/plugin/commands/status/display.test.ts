import { describe, expect, test } from '@jest/globals';
import { appendingDisplay, screenDisplay } from '../../../../plugin/commands/status/display.js';
import { listOfReleases, oneRelease } from '../../../../plugin/commands/status/shapes.js';
import { viewOf } from '../../../../plugin/plan/status.js';
import { createReporter } from '../../../../plugin/terminal/reporter.js';
import { service, stateOf } from '../../cluster-objects.js';
import { FakeTerminal } from '../../fake-terminal.js';

const ON_BLUE = [viewOf(stateOf())];
const ON_GREEN = [viewOf(stateOf({ active: service('shop-active', 'green', {}) }))];
const GONE = [{ release: 'shop', namespace: 'store', problem: 'services "shop-active" not found' }];
/** The cursor goes to the first line; what is left of a line is cleared. */
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K\r\n';

const LOST = new Error('connection refused');

function appending(format?: string) {
  const out: string[] = [];
  const err: string[] = [];
  const stdout = { write: (text: string) => out.push(text) };
  const reporter = createReporter(stdout, { write: (text) => err.push(text) }, false, 'progress');
  const display = appendingDisplay(stdout, reporter, oneRelease, { format, colored: false, now: () => 0 });
  return { display, out: () => out.splice(0).join(''), err: () => err.splice(0).join('') };
}

describe('what is watched off a terminal', () => {
  test('is printed anew when it changed, and only then', async () => {
    const { display, out } = appending();
    await display.show(ON_BLUE, undefined);
    expect(out()).toMatch(/^Release: .*\n[\s\S]*blue +active/);
    await display.show([...ON_BLUE], undefined);
    expect(out()).toBe('');
    await display.show(ON_GREEN, undefined);
    expect(out()).toMatch(/^\nRelease: .*\n[\s\S]*green +active/);
    expect(display.ticks).toBe(false);
  });

  test('has no escape codes', async () => {
    const { display, out } = appending();
    await display.show(ON_BLUE, undefined);
    display.close();
    expect(out()).not.toContain('\u001b');
  });

  test('is a document for each change', async () => {
    const { display, out } = appending('json');
    await display.show(ON_BLUE, undefined);
    expect(JSON.parse(out())).toMatchObject({ active: { color: 'blue' } });
    await display.show(ON_GREEN, undefined);
    expect(JSON.parse(out())).toMatchObject({ active: { color: 'green' } });
    await display.show(GONE, undefined);
    expect(JSON.parse(out())).toEqual(GONE[0]);
  });

  test('has --- between documents of YAML', async () => {
    const { display, out } = appending('yaml');
    await display.show(ON_BLUE, undefined);
    await display.show(ON_GREEN, undefined);
    expect(
      out()
        .split('\n')
        .filter((line) => line === '---'),
    ).toHaveLength(1);
  });

  test('is told once to be out of date, and once not to be any more', async () => {
    const { display, err } = appending();
    await display.show(ON_BLUE, LOST);
    await display.show(ON_BLUE, LOST);
    expect(err()).toBe('warning: the cluster cannot be followed for now: connection refused\n');
    await display.show(ON_BLUE, undefined);
    expect(err()).toBe('  the cluster is followed again\n');
  });
});

describe('what is watched on a terminal', () => {
  test('is redrawn in place, within its width, also when that changes', async () => {
    const terminal = new FakeTerminal();
    const display = screenDisplay(terminal, oneRelease, { format: undefined, colored: false, now: () => 0 });
    await display.show(ON_BLUE, undefined);
    expect(terminal.text()).toMatch(/blue +active/);
    await display.show(ON_GREEN, LOST);
    const text = terminal.text();
    expect(text.startsWith(HOME)).toBe(true);
    expect(text).toMatch(/green +active/);
    expect(text).toContain('warning: the cluster cannot be followed for now: connection refused');
    terminal.columns = 30;
    terminal.emit('resize');
    const lines = terminal.text().replace(HOME, '').split(END_OF_LINE);
    expect(lines.length).toBeGreaterThan(10);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
    display.close();
  });
});

test('a list that is empty says so where it is redrawn, and is an empty list to a script', () => {
  const shape = listOfReleases(true);
  expect(shape.text([], { colored: false, wide: false, now: 0 })).toBe('No releases found\n');
  expect(shape.document([])).toEqual({ items: [] });
  expect(shape.names(ON_BLUE)).toEqual(['service/shop-active']);
});
