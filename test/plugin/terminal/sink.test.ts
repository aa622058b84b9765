import { describe, expect, test } from '@jest/globals';
import { sinkOf } from '../../../plugin/terminal/sink.js';
import { FakeTerminal } from '../fake-terminal.js';

async function isPending(promise: Promise<void>): Promise<boolean> {
  const turn = new Promise((resolve) => setImmediate(resolve, 'pending'));
  return (await Promise.race([promise, turn])) === 'pending';
}

describe('sinkOf', () => {
  test('writes', async () => {
    const output = new FakeTerminal();
    await sinkOf(output).write('a');
    expect(output.text()).toBe('a');
  });

  test('waits until its reader has caught up', async () => {
    const output = new FakeTerminal();
    output.takes = false;
    const written = sinkOf(output).write('a');
    expect(await isPending(written)).toBe(true);
    output.emit('drain');
    await written;
    expect(output.listenerCount('drain')).toBe(0);
  });

  test('is closed when its reader leaves, also while somebody waits, and writes no more', async () => {
    const output = new FakeTerminal();
    output.takes = false;
    const sink = sinkOf(output);
    const written = sink.write('a');
    output.emit('error', new Error('EPIPE'));
    await written;
    expect(sink.closed.aborted).toBe(true);
    await sink.write('b');
    expect(output.text()).toBe('a');
  });
});
