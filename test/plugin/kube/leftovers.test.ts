import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { FOLDER_PREFIX, parentDeathArguments, removeLeftovers, SOCKET } from '../../../plugin/kube/leftovers.js';
import { until } from '../../cluster/wait.js';
import { temporaryFolder } from '../temporary.js';

describe('removeLeftovers', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  function folder(parent: string, name: string, ageSeconds: number): string {
    const path = join(parent, name);
    mkdirSync(path);
    return aged(path, ageSeconds);
  }

  function aged(path: string, ageSeconds: number): string {
    const then = Date.now() / 1000 - ageSeconds;
    utimesSync(path, then, then);
    return path;
  }

  /** As a run does that has just made its own folder there. */
  async function removeBeside(parent: string): Promise<void> {
    const own = folder(parent, `${FOLDER_PREFIX}own`, 0);
    await removeLeftovers(own);
    expect(existsSync(own)).toBe(true);
  }

  test('takes away what a run that was killed has left', async () => {
    const parent = temporaryFolder();
    const left = folder(parent, `${FOLDER_PREFIX}abc`, 120);
    await removeBeside(parent);
    expect(existsSync(left)).toBe(false);
  });

  test('leaves a young folder, what is not a folder, and what has another name', async () => {
    const parent = temporaryFolder();
    const young = folder(parent, `${FOLDER_PREFIX}young`, 1);
    const other = folder(parent, 'other-abc', 120);
    const link = join(parent, `${FOLDER_PREFIX}link`);
    symlinkSync(other, link);
    await removeBeside(parent);
    expect([young, other, link].map(existsSync)).toEqual([true, true, true]);
  });

  test('leaves a folder on whose socket somebody serves, however old it is', async () => {
    const parent = temporaryFolder();
    const served = folder(parent, `${FOLDER_PREFIX}served`, 120);
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(join(served, SOCKET), resolve));
    aged(served, 120);
    await removeBeside(parent);
    expect(existsSync(served)).toBe(true);
  });
});

test('what is old is so by the clock of the file system, which may be hours ahead or behind', async () => {
  for (const ahead of [-7200, 7200]) {
    const parent = temporaryFolder();
    const make = (name: string, agoSeconds: number) => {
      const path = join(parent, FOLDER_PREFIX + name);
      mkdirSync(path);
      const then = Date.now() / 1000 + ahead - agoSeconds;
      utimesSync(path, then, then);
      return path;
    };
    const [left, young, own] = [make('left', 120), make('young', 1), make('own', 0)];
    await removeLeftovers(own);
    expect([left, young, own].map(existsSync)).toEqual([false, true, true]);
  }
});

describe('parentDeathArguments', () => {
  test('is nothing where there is no setpriv', () => {
    expect(parentDeathArguments('darwin')).toEqual([]);
    expect(parentDeathArguments('win32')).toEqual([]);
  });

  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  (parentDeathArguments('linux').length > 0 && process.platform === 'linux' ? test : test.skip)(
    'ends a program with the process that started it, when that is killed',
    async () => {
      const [file = '', ...args] = [...parentDeathArguments('linux'), 'sleep', '60'];
      const code = `const { pid } = require('node:child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(args)}, { detached: true }); console.log(pid)`;
      const parent: ChildProcess = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
      const pid = Number(await new Promise((resolve) => parent.stdout?.once('data', resolve)));
      // Only when setpriv has become the program is the leash on.
      const isOn = async () => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n' || undefined;
      await until(isOn, { what: 'the program to run', timeoutMs: 5000 });
      parent.kill('SIGKILL');
      await until(async () => (isAlive(pid) ? undefined : true), { what: 'the program to end', timeoutMs: 5000 });
    },
  );
});
