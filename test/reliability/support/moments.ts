import { until } from '../../cluster/wait.js';
import type { TestRelease } from '../../e2e/support/release.js';
import { start } from '../../e2e/support/running.js';
import type { Boundary, Exchange } from './faults.js';
import type { FaultyServer } from './faulty-server.js';

/** Where in a run something else happens; at all of them but the question the run is held until it has happened. */
export type Moment = 'wait' | 'question' | 'before the switch' | 'after the switch' | 'watch' | 'scale-down';

const isSelector = ({ method, path, body }: Exchange) =>
  method === 'PATCH' && /\/services\/shop-active$/.test(path.split('?')[0] ?? '') && body.includes('"selector"');

const isWatchOf = ({ path }: Exchange, plural: string) => path.includes(`/${plural}?`) && path.includes('watch=true');

const AT: Record<Exclude<Moment, 'question'>, (exchange: Exchange, boundary: Boundary) => boolean> = {
  // Its first look: what happens before that is seen by it.
  wait: ({ method, path }, boundary) =>
    boundary === 'before' && method === 'GET' && /\/deployments\?(?!.*watch=true).*fieldSelector/.test(path),
  'before the switch': (exchange, boundary) =>
    boundary === 'before' && exchange.method === 'PATCH' && exchange.body.includes('kubectl-bluegreen.dev/promoting'),
  'after the switch': (exchange, boundary) => boundary === 'after' && isSelector(exchange),
  watch: (exchange, boundary) => boundary === 'before' && isWatchOf(exchange, 'events'),
  'scale-down': (exchange, boundary) =>
    boundary === 'before' && exchange.method === 'PATCH' && exchange.body.includes('kubectl-bluegreen.dev/cleanup'),
};

export interface Disturbed {
  readonly exitCode: number | null;
  readonly stderr: string;
}

/**
 * Runs the plugin, and does something at one moment of it, once.
 *
 * @throws when the run ended without coming to that moment, or what was to be done failed
 */
export async function disturb(
  server: FaultyServer,
  release: TestRelease,
  [verb, ...args]: readonly [string, ...string[]],
  moment: Moment,
  act: () => Promise<unknown>,
): Promise<Disturbed> {
  let acted: Promise<unknown> | undefined;
  const once = () => {
    acted ??= act();
    return acted.then(
      () => undefined,
      () => undefined,
    );
  };
  server.interfere({
    at: (exchange, boundary) => {
      if (moment === 'question' || acted || !AT[moment](exchange, boundary)) return;
      return once();
    },
  });
  const running = start(['kubectl', 'bluegreen', verb, 'shop', '-n', release.namespace, ...args], server.env);
  let isOver = false;
  const ended = running.ended().finally(() => {
    isOver = true;
  });
  if (moment === 'question') {
    const asked = async () => (isOver || running.err().includes('Do you want to continue') ? true : undefined);
    await until(asked, { what: 'the question', timeoutMs: 120_000 });
    if (!isOver) await once();
    running.type('yes\n');
  }
  const exitCode = await ended;
  server.interfere({});
  if (!acted) throw new Error(`${verb} ended before the moment "${moment}":\n${running.err()}`);
  await acted;
  return { exitCode, stderr: running.err() };
}
