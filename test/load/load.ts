/**
 * A bounded load of GET requests on one address, as a program: half of its clients open a connection for each request,
 * the others keep theirs alive. For each line on stdin it prints a LoadReport so far as JSON. It ends at SIGTERM, at the
 * end of stdin, or at a bound, and prints the last one.
 *
 *     node --import tsx test/load/load.ts http://10.96.0.7/ --clients=8 --pause=5 --max-seconds=600 --max-requests=500000
 *
 * With --kubectl-proxy the address is a path of the API server, reached through a `kubectl proxy` that ends with it.
 */
import { Agent, get } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startProxy } from './proxy.js';

/** Answers by who gave them, such as `green v0.2.0`. */
export type Answers = Record<string, number>;

export interface LoadReport {
  readonly requests: number;
  readonly failed: number;
  readonly keepAlive: number;
  readonly newConnections: number;
  /** Answers by the color that gave them. */
  readonly colors: Record<string, number>;
  /** A connection that was kept alive stays with the Pod that it once reached; a new one shows where traffic goes now. */
  readonly answers: { readonly keepAlive: Answers; readonly newConnections: Answers };
  /** When each color answered last, in milliseconds since 1970. */
  readonly last: { readonly keepAlive: Answers; readonly newConnections: Answers };
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
    'kubectl-proxy': { type: 'boolean', default: false },
  },
});
const [address = ''] = positionals;
const url = values['kubectl-proxy'] ? `${await startProxy()}${address}` : address;
const started = performance.now();
const stop = new AbortController();
const total = { requests: 0, failed: 0, keepAlive: 0, newConnections: 0 };
const answers: LoadReport['answers'] = { keepAlive: {}, newConnections: {} };
const last: LoadReport['last'] = { keepAlive: {}, newConnections: {} };
const colors: Record<string, number> = {};
const failures: string[] = [];

const count = (counts: Record<string, number>, name: string) => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** @returns the color and the version that answered */
function request(agent: Agent | false): Promise<[color: string, version: string]> {
  return new Promise((resolve, reject) => {
    const sent = get(url, { agent, timeout: REQUEST_TIMEOUT_MS }, (response) => {
      const { 'x-app-color': color = 'unknown', 'x-app-version': version = 'unknown' } = response.headers;
      response.resume();
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve([String(color), String(version)]);
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
      const [color, version] = await request(agent);
      count(colors, color);
      count(answers[kind], `${color} ${version}`);
      last[kind][color] = Date.now();
    } catch (error) {
      total.failed++;
      const at = ((performance.now() - started) / 1000).toFixed(1);
      if (failures.length < MAX_FAILURES_TOLD) failures.push(`${kind} after ${at}s: ${(error as Error).message}`);
    }
    await sleep(Number(values.pause));
  }
  if (agent) agent.destroy();
}

function printReport(): void {
  const seconds = (performance.now() - started) / 1000;
  const report: LoadReport = { ...total, colors, answers, last, failures, seconds };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
createInterface({ input: process.stdin })
  .on('line', printReport)
  .on('close', () => stop.abort());
setTimeout(() => stop.abort(), Number(values['max-seconds']) * 1000).unref();

const clients = Array.from({ length: Number(values.clients) }, (_, n) =>
  client(n % 2 ? 'keepAlive' : 'newConnections'),
);
await Promise.all(clients);
printReport();
process.exit(0);
