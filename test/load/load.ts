/**
 * A bounded load of GET requests on one address, as a program: half of its clients open a connection for each request,
 * the others keep theirs alive. It ends at SIGTERM, at the end of stdin, or at a bound, and prints a LoadReport as JSON.
 *
 *     node --import tsx test/load/load.ts http://10.96.0.7/ --clients=8 --pause=5 --max-seconds=600 --max-requests=500000
 */
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

export interface LoadReport {
  readonly requests: number;
  readonly failed: number;
  readonly keepAlive: number;
  readonly newConnections: number;
  /** Answers by the color that gave them. */
  readonly colors: Record<string, number>;
  /** The first failures, in words. */
  readonly failures: readonly string[];
  readonly seconds: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_FAILURES_TOLD = 10;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '8' },
    pause: { type: 'string', default: '5' },
    'max-seconds': { type: 'string', default: '600' },
    'max-requests': { type: 'string', default: '500000' },
  },
});
const [url = ''] = positionals;
const started = performance.now();
const stop = new AbortController();
const total = { requests: 0, failed: 0, keepAlive: 0, newConnections: 0 };
const colors: Record<string, number> = {};
const failures: string[] = [];

/** @returns the color that answered */
function request(agent: Agent | false): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent, timeout: REQUEST_TIMEOUT_MS }, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(String(response.headers['x-app-color'] ?? 'unknown'));
        else reject(new Error(`HTTP ${response.statusCode}`));
      });
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${REQUEST_TIMEOUT_MS} ms`)));
    sent.on('error', reject);
  });
}

async function client(kind: 'keepAlive' | 'newConnections'): Promise<void> {
  const agent = kind === 'keepAlive' && new Agent({ keepAlive: true, maxSockets: 1 });
  while (!stop.signal.aborted && total.requests < Number(values['max-requests'])) {
    total.requests++;
    total[kind]++;
    try {
      const color = await request(agent);
      colors[color] = (colors[color] ?? 0) + 1;
    } catch (error) {
      total.failed++;
      const at = ((performance.now() - started) / 1000).toFixed(1);
      if (failures.length < MAX_FAILURES_TOLD) failures.push(`${kind} after ${at}s: ${(error as Error).message}`);
    }
    await sleep(Number(values.pause));
  }
  if (agent) agent.destroy();
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
process.stdin.on('end', () => stop.abort()).resume();
setTimeout(() => stop.abort(), Number(values['max-seconds']) * 1000).unref();

const clients = Array.from({ length: Number(values.clients) }, (_, n) =>
  client(n % 2 ? 'keepAlive' : 'newConnections'),
);
await Promise.all(clients);
const report: LoadReport = { ...total, colors, failures, seconds: (performance.now() - started) / 1000 };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
