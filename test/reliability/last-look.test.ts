import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { createRelease, type TestRelease } from '../e2e/support/release.js';
import { endAll, start } from '../e2e/support/running.js';
import type { Exchange, Fault } from './support/faults.js';
import { startFaultyServer } from './support/faulty-server.js';
import { recordFigure } from './support/figures.js';

jest.setTimeout(120_000);

const STALL: Fault = { kind: 'stall', when: 'before' };

let release: TestRelease;
let tried = 0;
let held = 0;

beforeAll(async () => {
  release = await createRelease('last-look', { replicas: 1 });
  await release.install();
});
afterEach(endAll);
afterAll(async () => {
  recordFigure('last-look', {
    place: 3,
    promise: 'a run whose last look at the release fails says that what it tells was seen before it',
    ...{ tried, held, unit: 'runs' },
  });
  await release?.remove();
});

/** The requests of a run after which it only looks how things are. */
const isLast: Record<string, (exchange: Exchange) => boolean> = {
  // The proof is on record.
  promote: ({ method, path, body }) =>
    method === 'PATCH' && path.includes('/services/shop-active') && body.includes('\\"outcome\\":\\"complete\\"'),
  // The strategy is back, which is the end of a deploy but for its verification.
  deploy: ({ path }) => path.includes('/portforward'),
};

test.each(['promote', 'deploy'])(
  'the document and the last words of a %s whose last look fails say so',
  async (verb) => {
    tried++;
    const server = await startFaultyServer();
    let isOver = false;
    server.interfere({
      fault: (exchange) => (isOver && exchange.method === 'GET' && !exchange.isStream ? STALL : undefined),
      at: (exchange, boundary) => {
        if (boundary === 'answered') isOver ||= isLast[verb]?.(exchange) ?? false;
      },
    });
    try {
      const to = (await release.activeColor()) === 'blue' ? 'green' : 'blue';
      const own = verb === 'promote' ? ['--yes', '--soak=0s', `--to=${to}`] : [];
      const args = [...own, '--version=v0.2.0', '--request-timeout=1s', '-o', 'json'];
      const run = start(['kubectl', 'bluegreen', verb, 'shop', '-n', release.namespace, ...args], server.env);
      const exitCode = await run.ended();
      expect({ exitCode, stderr: run.err() }).toMatchObject({ exitCode: expect.any(Number) });
      const active = await release.activeColor();
      const document = JSON.parse(run.out());
      expect(document).toMatchObject({ observedAt: 'before', active: { color: active }, exitCode });
      const words =
        /^shop could not be read after the run \(no answer from the server in 1s\): what is told of its colors/;
      expect(document.warnings).toEqual(expect.arrayContaining([expect.stringMatching(words)]));
      expect(run.err()).toContain('warning: shop could not be read after the run');
      expect(run.err()).toContain(`traffic of shop is on ${active} as far as this run knows`);
      expect(run.err()).not.toContain(`traffic of shop is on ${active} (`);
      held++;
    } finally {
      await server.stop();
    }
  },
);
