import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { askLine } from '../../../plugin/terminal/ask.js';

const NEVER = new AbortController().signal;

function ask(input: Readable, signal = NEVER, question = 'move traffic?') {
  const written: string[] = [];
  const answer = askLine(question, input, { write: (text) => written.push(text) }, signal);
  return { answer, written };
}

describe('askLine', () => {
  test('asks as the script of old did', async () => {
    const { answer, written } = ask(Readable.from(['yes\n']));
    await answer;
    expect(written.join('')).toBe('move traffic?\nDo you want to continue? (y/N): \n');
  });

  test.each([
    ['a line of a pipe', ['yes\n'], 'yes'],
    ['the first of several lines', ['no\nyes\n'], 'no'],
    ['a last line without a line feed', ['yes'], 'yes'],
    ['a line in pieces', ['y', 'es', '\n'], 'yes'],
    ['an empty line', ['\n'], ''],
    ['a line of Windows', ['yes\r\n'], 'yes'],
  ])('reads %s', async (_, chunks, answer) => {
    expect(await ask(Readable.from(chunks)).answer).toBe(answer);
  });

  test('has no answer when stdin is closed', async () => {
    expect(await ask(Readable.from([])).answer).toBeUndefined();
  });

  test('leaves stdin open for nobody: it does not keep the process alive', async () => {
    const input = new PassThrough();
    const { answer } = ask(input);
    input.write('yes\n');
    await answer;
    expect(input.isPaused()).toBe(true);
  });

  test('escapes what a server said within the question', async () => {
    const { answer, written } = ask(Readable.from(['no\n']), NEVER, 'move \u001b[2J?');
    await answer;
    expect(written.join('')).not.toContain('\u001b');
  });
});
