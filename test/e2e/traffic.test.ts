import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { until } from '../cluster/wait.js';
import { startServiceLoad } from '../load/start.js';
import { createRelease, type TestRelease } from './support/release.js';

jest.setTimeout(300_000);

const MIN_REQUESTS = 20_000;

describe('traffic through the active Service', () => {
  let release: TestRelease;

  beforeAll(async () => {
    release = await createRelease('traffic');
    await release.install();
  });
  afterAll(() => release?.remove());

  test(`no request of ${MIN_REQUESTS} fails across 4 switches, on new and on kept connections`, async () => {
    const load = await startServiceLoad(release.namespace, 'shop-active', { clients: 16, pauseMs: 2 });
    const colors: string[] = [];
    const switches = [
      ['promote', ['-f', release.dist, '--version=v0.2.0', '--yes']],
      ['rollback', []],
      ['promote', ['--version=v0.2.0', '--yes']],
      ['promote', ['--version=v0.1.0', '--yes']],
    ] as const;
    for (const [verb, args] of switches) {
      const begun = Date.now();
      const { exitCode, stderr } = await release.bluegreen(verb, args);
      expect({ exitCode, stderr }).toExitWith(0);
      const color = await release.activeColor();
      colors.push(color);
      // kube-proxy follows within about a second: the next switch could take this one back before a client has seen it.
      await load.served(color, begun);
    }
    const enough = async () => ((await load.report()).requests >= MIN_REQUESTS ? true : undefined);
    await until(enough, { what: `${MIN_REQUESTS} requests`, timeoutMs: 120_000 });
    const report = await load.stop();
    expect(colors).toEqual(['green', 'blue', 'green', 'blue']);
    expect(report).toMatchObject({ failed: 0, failures: [] });
    expect(report.requests).toBeGreaterThanOrEqual(MIN_REQUESTS);
    expect(report.keepAlive).toBeGreaterThan(MIN_REQUESTS / 4);
    expect(report.newConnections).toBeGreaterThan(MIN_REQUESTS / 4);
    expect(Object.keys(report.colors).sort()).toEqual(['blue', 'green']);
  });
});
