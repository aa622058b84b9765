import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createRelease, SPEC, type TestRelease } from '../e2e/support/release.js';
import { type FaultyServer, startFaultyServer } from './support/faulty-server.js';

jest.setTimeout(120_000);

/** With two Pods of each color these are 64 questions. */
const CHECKS = Array.from({ length: 16 }, (_, index) => ({ ...SPEC.checks[0], name: `health-${index}`, retries: 1 }));
const TUNNELS_AT_ONCE = 32;

let release: TestRelease;
let server: FaultyServer;

beforeAll(async () => {
  release = await createRelease('tunnels', { checks: CHECKS });
  await release.install();
  server = await startFaultyServer();
});
afterAll(async () => {
  await server?.stop();
  await release?.remove();
});

const isTunnel = ({ path }: { path: string }) => path.includes('/portforward');

test('doctor opens no more tunnels at once than a verification does', async () => {
  let [opening, most, all] = [0, 0, 0];
  let wake: () => void = () => undefined;
  const full = new Promise<void>((resolve) => {
    wake = resolve;
  });
  server.interfere({
    async at(exchange, boundary) {
      if (!isTunnel(exchange)) return;
      if (boundary === 'before') {
        all++;
        most = Math.max(most, ++opening);
        // All that come at once are here when so many wait.
        if (opening >= TUNNELS_AT_ONCE) setTimeout(wake, 1000);
        await full;
      }
      if (boundary === 'answered') opening--;
    },
  });
  const { exitCode, stdout, stderr } = await release.bluegreen('doctor', [], { env: server.env });
  expect({ exitCode, stdout, stderr }).toExitWith(0);
  expect(most).toBe(TUNNELS_AT_ONCE);
  // Some are asked for twice, since they had to wait.
  expect(all).toBeGreaterThanOrEqual(64);
});
