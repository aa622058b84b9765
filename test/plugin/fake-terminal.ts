import { EventEmitter } from 'node:events';
import type { Output } from '../../plugin/terminal/reporter.js';

/** An output that keeps what is written, and may be a terminal, be full, or be closed. */
export class FakeTerminal extends EventEmitter implements Output {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  /** What a write returns: false asks to wait for `drain`. */
  takes = true;
  private readonly written: string[] = [];

  write(text: string): boolean {
    this.written.push(text);
    return this.takes;
  }

  /** What was written since this was called last. */
  text(): string {
    return this.written.splice(0).join('');
  }
}
