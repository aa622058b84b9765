import type { Api } from '../../plugin/kube/api.js';

/** Lets several parties make their requests one at a time, in an order that is decided elsewhere. */
interface Turnstile {
  /** The API as one party sees it: its requests of the paths that matter wait for their turn. */
  gate(api: Api, party: number, matters: (path: string) => boolean): Api;
  leave(): void;
}

function turnstile(parties: number, choose: (waiting: readonly number[]) => number): Turnstile {
  const waiting = new Map<number, () => void>();
  let present = parties;
  function next(): void {
    // Who is not waiting is still at work on the answer to the last request.
    if (waiting.size < present || present === 0) return;
    const party = choose([...waiting.keys()].sort((a, b) => a - b));
    const go = waiting.get(party);
    waiting.delete(party);
    go?.();
  }
  const gated = (api: Api, party: number, matters: (path: string) => boolean): Api =>
    new Proxy(api, {
      get(target, name) {
        const method = Reflect.get(target, name);
        if (typeof method !== 'function' || name === 'watch') return method;
        return async (path: string, ...rest: unknown[]) => {
          if (matters(path))
            await new Promise<void>((resolve) => {
              waiting.set(party, resolve);
              next();
            });
          return Reflect.apply(method, target, [path, ...rest]);
        };
      },
    });
  return {
    gate: gated,
    leave() {
      present--;
      next();
    },
  };
}

/** Numbers below a bound that look random and are the same in each run (Lehmer). */
function mostlyRandom(): (bound: number) => number {
  let state = 1;
  return (bound) => {
    state = (state * 48271) % 2147483647;
    return state % bound;
  };
}

/** What one party does; it ends, or throws. */
export type Party = (api: Api) => Promise<unknown>;

/** One order of the requests of all parties, and how each ended: undefined, or its error. */
export interface Ending<World> {
  readonly world: World;
  readonly order: readonly number[];
  readonly errors: readonly (Error | undefined)[];
}

/**
 * Plays every order in which the requests of some parties can reach the server, each in a world of its own.
 *
 * @param look - called after each order, before the next one's world is made
 * @param most - of them, spread over all and the same ones each time, where all would take too long
 */
export async function playAll<World extends { api: Api }>(
  makeWorld: () => World | Promise<World>,
  partiesOf: (world: World) => readonly Party[],
  matters: (path: string) => boolean,
  most = Number.POSITIVE_INFINITY,
  look: (ending: Ending<World>) => void | Promise<void> = () => undefined,
): Promise<Ending<World>[]> {
  const endings: Ending<World>[] = [];
  const ahead: number[][] = [[]];
  const pick = mostlyRandom();
  while (ahead.length > 0 && endings.length < most) {
    const [prefix = []] = ahead.splice(pick(ahead.length), 1);
    const order: number[] = [];
    const known = prefix;
    const world = await makeWorld();
    const parties = partiesOf(world);
    const stile = turnstile(parties.length, (waiting) => {
      const [first = 0, ...others] = waiting;
      const wanted = known[order.length];
      // A real server's other clients may have made one of them need a request more or less than last time.
      const chosen = wanted !== undefined && waiting.includes(wanted) ? wanted : first;
      if (order.length >= known.length) for (const other of others) ahead.push([...order, other]);
      order.push(chosen);
      return chosen;
    });
    const run = (party: Party, index: number) =>
      party(stile.gate(world.api, index, matters))
        .then(
          () => undefined,
          (error: Error) => error,
        )
        .finally(stile.leave);
    const ending = { world, errors: await Promise.all(parties.map(run)), order };
    endings.push(ending);
    await look(ending);
  }
  return endings;
}
