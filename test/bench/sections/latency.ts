import { setTimeout as sleep } from 'node:timers/promises';
import { startServiceLoad } from '../../load/start.js';
import { run } from '../process.js';
import { createWarmRelease } from '../release.js';
import type { Bench, Measured, Section } from '../section.js';
import { percentile } from '../statistics.js';
import { watchSwitches } from '../switches.js';

const SWITCHES = 50;
const LOAD = { clients: 16, pauseMs: 2, maxRequests: 2_000_000, maxSeconds: 900 };
/** kube-proxy follows once a second at most: a switch finds it at rest, unless it comes right after another one. */
const REST_MS = 1000;

async function measure(bench: Bench): Promise<Measured> {
  const release = await createWarmRelease('latency');
  const load = await startServiceLoad(release.namespace, 'shop-active', LOAD);
  const switches = await watchSwitches(release.namespace, 'shop-active');
  const [all, endpoints, proxy]: number[][] = [[], [], []];
  try {
    for (let n = 0; n < SWITCHES; n++) {
      await sleep(REST_MS);
      const [from, to] = n % 2 ? ['green', 'blue'] : ['blue', 'green'];
      const begun = Date.now();
      await run(
        { argv: ['kubectl-bluegreen', 'promote', 'shop', `--to=${to}`, '--yes', '-n', release.namespace] },
        bench.signal,
      );
      const { last } = await load.served(to as string, begun);
      const { selectedAt, servedAt } = switches.to(to as string);
      const lastAt = last.newConnections[from as string] ?? 0;
      all?.push(Math.max(0, lastAt - selectedAt));
      endpoints?.push(Math.max(0, servedAt - selectedAt));
      proxy?.push(Math.max(0, lastAt - servedAt));
      if (n % 10 === 9) bench.progress(`${n + 1} of ${SWITCHES} switches`);
    }
    const { failed, requests } = await load.stop();
    const of = (values: readonly number[] = []) =>
      `${percentile(values, 0.5).toFixed(0)} | ${percentile(values, 0.99).toFixed(0)}`;
    return {
      how:
        `${SWITCHES} switches under a load of 16 clients, half of them with a new connection for each request: ${requests} requests, ` +
        `${failed} failed; kube-proxy, which follows once a second at most, had rested. From the Service's new selector, as a watch tells it, until the old color's last answer on a new connection.`,
      rows: [],
      also: [
        '| | median, ms | p99, ms |',
        '| --- | --- | --- |',
        `| until the last answer of the old color | ${of(all)} |`,
        `| of that, until the EndpointSlices hold the new Pods (controller) | ${of(endpoints)} |`,
        `| and from then on (kube-proxy) | ${of(proxy)} |`,
      ].join('\n'),
    };
  } finally {
    switches.stop();
    await load.stop().catch(() => undefined);
    await release.remove();
  }
}

export const latency: Section = { name: 'latency', title: 'From switch to traffic', measure };
