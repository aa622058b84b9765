/**
 * A client of the release, as a program: one request after the other to the address, each on a new connection, and a line
 * of JSON for each answer. It ends at the end of stdin.
 *
 *     node --import tsx test/reliability/history/client.ts http://10.96.0.7/
 */
import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from './events.js';

const PAUSE_MS = 20;
const TIMEOUT_MS = 5000;
const [url = ''] = process.argv.slice(2);

function ask(): Promise<Event> {
  const since = Date.now();
  const failed = (words: string): Event => ({ at: Date.now(), kind: 'failure', words });
  return new Promise((resolve) => {
    const sent = get(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
      const { 'x-app-color': color = '', 'x-app-version': version = '' } = response.headers;
      response.resume();
      response.on('error', (error) => resolve(failed(error.message)));
      response.on('end', () => {
        if (response.statusCode !== 200) resolve(failed(`HTTP ${response.statusCode}`));
        else resolve({ at: Date.now(), kind: 'answer', color: String(color), version: String(version), since });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${TIMEOUT_MS} ms`)));
    sent.on('error', (error) => resolve(failed(error.message)));
  });
}

let isOver = false;
process.stdin.resume().on('end', () => {
  isOver = true;
});
while (!isOver) {
  process.stdout.write(`${JSON.stringify(await ask())}\n`);
  await sleep(PAUSE_MS);
}
