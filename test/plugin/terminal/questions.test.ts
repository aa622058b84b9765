import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { InterruptedError } from '../../../plugin/core/errors.js';
import { openQuestions } from '../../../plugin/terminal/questions.js';

function open(input: Readable, signal = new AbortController().signal) {
  const written: string[] = [];
  return { written, ...openQuestions(input, { write: (text) => written.push(text) }, signal) };
}

describe('a conversation', () => {
  test('has a line for each question, also of lines that were typed ahead', async () => {
    const { ask, close, written } = open(Readable.from(['a\n', 'b', '\nc\n']));
    expect([await ask('1 '), await ask('2 '), await ask('3 '), await ask('4 ')]).toEqual(['a', 'b', 'c', undefined]);
    expect(written.join('')).toBe('1 2 3 4 \n');
    close();
  });

  test('waits for an answer', async () => {
    const input = new PassThrough();
    const { ask, close } = open(input);
    const answer = ask('1 ');
    setImmediate(() => input.write('late\n'));
    expect(await answer).toBe('late');
    close();
    expect(input.isPaused()).toBe(true);
  });

  test('ends with the signal that ends it', async () => {
    const controller = new AbortController();
    const { ask } = open(new PassThrough(), controller.signal);
    const answer = ask('1 ');
    controller.abort(new InterruptedError('SIGINT', 2));
    await expect(answer).rejects.toThrow(InterruptedError);
  });

  test('escapes what is not printable', () => {
    const { say, written } = open(Readable.from([]));
    say('\u001b[2J');
    expect(written.join('')).toBe('\\u001b[2J\n');
  });
});
