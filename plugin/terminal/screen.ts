import type { Output } from './reporter.js';

/** A terminal on which a text is redrawn in place. */
export interface Screen {
  /** Shows these lines and nothing else; what does not fit below is counted. */
  draw(lines: readonly string[]): void;
  /** Columns of the terminal now. */
  width(): number;
  /** Gives the terminal back as it was, with the last text below what was there before. */
  close(): void;
}

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_REST_OF_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/**
 * Takes the terminal's alternate screen, as `watch` and `less` do: it survives a change of size and keys that are pressed,
 * and each line is overwritten rather than cleared, so that nothing flickers.
 *
 * @param onRedraw - called when the text must be drawn again, since the size changed or the program was stopped meanwhile
 */
export function openScreen(output: Output, onRedraw: () => void): Screen {
  let shown: readonly string[] = [];
  let isOpen = true;
  const leave = () => {
    if (!isOpen) return;
    isOpen = false;
    output.write(`${LEAVE}${shown.map((line) => `${line}\n`).join('')}`);
  };
  const enter = () => {
    if (!isOpen) output.write(ENTER);
    isOpen = true;
    onRedraw();
  };
  const stop = () => {
    leave();
    process.kill(process.pid, 'SIGSTOP');
  };
  output.write(ENTER);
  // A second signal ends the process at once.
  process.once('exit', leave);
  process.on('SIGTSTP', stop);
  process.on('SIGCONT', enter);
  output.on?.('resize', onRedraw);
  return {
    width: () => output.columns || 80,
    draw(lines) {
      const room = (output.rows || 24) - 1;
      const fits = lines.length <= room;
      const visible = fits ? lines : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`];
      shown = lines;
      if (isOpen) output.write(HOME + visible.map((line) => `${line}${CLEAR_REST_OF_LINE}\r\n`).join('') + CLEAR_BELOW);
    },
    close() {
      leave();
      process.off('exit', leave);
      process.off('SIGTSTP', stop);
      process.off('SIGCONT', enter);
      output.off?.('resize', onRedraw);
    },
  };
}
