import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { openScreen, type Screen } from '../../../plugin/terminal/screen.js';
import { FakeTerminal } from '../fake-terminal.js';

let screen: Screen | undefined;
afterEach(() => {
  screen?.close();
  screen = undefined;
  jest.restoreAllMocks();
});

function open(onRedraw: () => void = () => undefined) {
  const terminal = new FakeTerminal();
  screen = openScreen(terminal, onRedraw);
  return { terminal, screen };
}

describe('openScreen', () => {
  test('takes the alternate screen and hides the cursor', () => {
    expect(open().terminal.text()).toBe('\u001b[?1049h\u001b[?25l');
  });

  test('overwrites line by line, and clears what is left of the text before', () => {
    const { terminal, screen } = open();
    terminal.text();
    screen.draw(['one', 'two']);
    expect(terminal.text()).toBe('\u001b[Hone\u001b[K\r\ntwo\u001b[K\r\n\u001b[J');
  });

  test('says how many lines there is no room for', () => {
    const { terminal, screen } = open();
    terminal.rows = 4;
    screen.draw(['1', '2', '3', '4', '5']);
    expect(terminal.text()).toContain('2\u001b[K\r\n… 3 more lines\u001b[K\r\n\u001b[J');
  });

  test('gives the terminal back once, with the last text', () => {
    const { terminal, screen } = open();
    screen.draw(['one', 'two']);
    terminal.text();
    screen.close();
    screen.close();
    expect(terminal.text()).toBe('\u001b[?25h\u001b[?1049lone\ntwo\n');
    expect(process.listeners('SIGTSTP')).toEqual([]);
    expect(terminal.listenerCount('resize')).toBe(0);
  });

  test('gives the terminal back when the process ends at once', () => {
    const before = process.listeners('exit');
    const { terminal } = open();
    terminal.text();
    const [own] = process.listeners('exit').filter((one) => !before.includes(one));
    own?.(130);
    expect(terminal.text()).toBe('\u001b[?25h\u001b[?1049l');
  });

  test('gives the terminal back while it is stopped, and takes it again', () => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    const redraw = jest.fn();
    const { terminal, screen } = open(redraw);
    terminal.text();
    process.emit('SIGTSTP');
    expect(terminal.text()).toBe('\u001b[?25h\u001b[?1049l');
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGSTOP');
    screen.draw(['unseen']);
    expect(terminal.text()).toBe('');
    process.emit('SIGCONT');
    expect(terminal.text()).toBe('\u001b[?1049h\u001b[?25l');
    expect(redraw).toHaveBeenCalledTimes(1);
  });

  test('asks for the text again when the size changes', () => {
    const redraw = jest.fn();
    const { terminal, screen } = open(redraw);
    terminal.columns = 40;
    terminal.emit('resize');
    expect(redraw).toHaveBeenCalledTimes(1);
    expect(screen.width()).toBe(40);
  });
});
