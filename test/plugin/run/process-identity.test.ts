import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { hasEnded, processIdentity } from '../../../plugin/run/process-identity.js';

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process has its name as long as it lives, and is known to have ended afterwards', async () => {
  const child = spawn(process.execPath, ['--eval', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const identity = processIdentity(child.pid) ?? '';
  expect(identity).toMatch(/^[-0-9a-f]{36}:\d+:\d+:\d+$/);
  expect(hasEnded(identity)).toBe(false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(hasEnded(identity)).toBe(true);
  expect(processIdentity(child.pid)).toBeUndefined();
});

onLinux('a process that got the same number later is another one', () => {
  const identity = processIdentity() ?? '';
  expect(hasEnded(identity)).toBe(false);
  expect(hasEnded(identity.replace(/\d+$/, '1'))).toBe(true);
});

onLinux('nothing is known of processes elsewhere', () => {
  const [boot, namespace, , started] = (processIdentity() ?? '').split(':');
  const [elsewhere, nobody] = ['00000000-0000-0000-0000-000000000000', 4_194_305];
  expect(hasEnded([elsewhere, namespace, nobody, started].join(':'))).toBe(false);
  expect(hasEnded([boot, '1', nobody, started].join(':'))).toBe(false);
});

test.each(['', 'nonsense', ':::', 'a:b:c:d'])('%j names no process', (text) => {
  expect(hasEnded(text)).toBe(false);
});
