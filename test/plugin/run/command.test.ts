import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type CommandRequest, runCommand } from '../../../plugin/run/command.js';
import { temporaryFolder } from '../temporary.js';

const { PATH = '' } = process.env;

function request(argv: string[], more: Partial<CommandRequest> = {}) {
  const lines: string[] = [];
  const signal = new AbortController().signal;
  const onLine = (line: string) => void lines.push(line);
  return { lines, whole: { argv, env: { PATH }, timeoutMs: 10_000, signal, onLine, ...more } };
}

const node = (code: string, ...args: string[]) => [process.execPath, '-e', code, ...args];

async function run(argv: string[], more: Partial<CommandRequest> = {}) {
  const { lines, whole } = request(argv, more);
  return { end: await runCommand(whole), lines };
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** A signal takes its time. */
async function hasEnded(pid: number): Promise<true> {
  while (isAlive(pid)) await setTimeout(5);
  return true;
}

describe('runCommand', () => {
  test.each([0, 1, 77])('gives the exit code %i', async (code) => {
    expect((await run(node(`process.exit(${code})`))).end).toEqual({ exitCode: code });
  });

  test('gives every line of both outputs, also the last one without an end', async () => {
    const { lines } = await run(node('console.log("one"); console.error("two"); process.stdout.write("three")'));
    expect([...lines].sort()).toEqual(['one', 'three', 'two']);
  });

  test('hands arguments over as they are: no shell reads them', async () => {
    const { lines } = await run(
      node('console.log(JSON.stringify(process.argv.slice(1)))', '$HOME; echo x', '*', "it's"),
    );
    expect(JSON.parse(lines[0] ?? '')).toEqual(['$HOME; echo x', '*', "it's"]);
  });

  test('has the environment that it is given, and no other', async () => {
    const { lines } = await run(node('console.log(Object.keys(process.env).join())'), {
      env: { PREVIEW_URL: 'http://x' },
    });
    expect(lines).toEqual(['PREVIEW_URL']);
  });

  test('has an empty stdin: the answer to the question is not for it', async () => {
    const code = 'process.stdin.on("data", () => process.exit(1)).on("end", () => console.log("end"))';
    expect(await run(node(code))).toEqual({ end: { exitCode: 0 }, lines: ['end'] });
  });

  test('says so when there is no such program', async () => {
    const { end } = await run(['no-such-program-anywhere']);
    expect(end).toEqual({ why: expect.stringMatching(/^cannot run "no-such-program-anywhere": .*ENOENT/) });
  });

  test('says what signal ended it', async () => {
    expect((await run(node('process.kill(process.pid, "SIGKILL")'))).end).toEqual({ why: 'it was ended by SIGKILL' });
  });

  /** A program that starts another one, which says its pid and stays. */
  const parent = (mark: string, after: string) =>
    node(
      `const { spawn } = require("child_process");
       const child = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "inherit" });
       require("fs").writeFileSync(process.argv[1], String(child.pid));
       ${after}`,
      mark,
    );
  const pidIn = (mark: string) => Number(readFileSync(mark, 'utf8'));

  test('ends it, and what it has started, when its time has passed', async () => {
    const mark = join(temporaryFolder(), 'pid');
    const { end } = await run(parent(mark, 'setInterval(() => 0, 1000)'), { timeoutMs: 1000 });
    expect(end).toEqual({ why: 'it did not end in 1s' });
    expect(await hasEnded(pidIn(mark))).toBe(true);
  });

  test('ends what it has left behind', async () => {
    const mark = join(temporaryFolder(), 'pid');
    const { end } = await run(parent(mark, 'process.exit(0)'));
    expect(end).toEqual({ exitCode: 0 });
    expect(await hasEnded(pidIn(mark))).toBe(true);
  });

  test('ends it by force when it does not listen, and with the reason of the signal', async () => {
    const stop = new AbortController();
    const code = 'process.on("SIGTERM", () => console.log("no")); console.log("up"); setInterval(() => 0, 1000)';
    const onLine = (line: string) => line === 'up' && stop.abort(new Error('SIGINT'));
    await expect(run(node(code), { signal: stop.signal, onLine })).rejects.toThrow('SIGINT');
  }, 15_000);

  test('does not begin after a signal', async () => {
    const mark = join(temporaryFolder(), 'ran');
    const signal = AbortSignal.abort(new Error('SIGINT'));
    await expect(run(node('require("fs").writeFileSync(process.argv[1], "")', mark), { signal })).rejects.toThrow(
      'SIGINT',
    );
    expect(existsSync(mark)).toBe(false);
  });
});
