import { spawn } from 'node:child_process';
import { clusterCommand } from '../../cluster/exec.js';
import { kubectl } from '../../e2e/support/cluster.js';
import type { Interference } from '../support/faults.js';
import type { FaultyServer } from '../support/faulty-server.js';
import type { Move, Round } from './moves.js';
import type { Recorder } from './recorder.js';

/** A run that hangs is a defect: it is ended and shows as one. */
const LONGEST_MS = 120_000;
const WORDS = 300;

let count = 0;

interface Stage {
  readonly namespace: string;
  /** One for each command of a round. */
  readonly servers: readonly FaultyServer[];
  readonly recorder: Recorder;
}

/** Plays a round: its commands at once, each through a server of its own. */
export async function play({ moves, loseLeaseAt }: Round, stage: Stage): Promise<void> {
  const [first, ...others] = moves as readonly [Move, ...Move[]];
  let begun: Promise<(number | null)[]> | undefined;
  const beginOthers = () => {
    begun ??= Promise.all(others.map((move, index) => playMove(move, index + 1, stage)));
    return begun;
  };
  if (loseLeaseAt === undefined) beginOthers();
  const end = await playMove(first, 0, stage, async ({ number }, boundary) => {
    if (begun !== undefined || number !== loseLeaseAt || boundary !== 'before') return;
    await deleteLease(stage.namespace);
    beginOthers();
  });
  const ends = [end, ...(await beginOthers())];
  // Nobody renews the Lease of a run that was killed; the race tests are those that wait for its end.
  if (ends.includes(null)) await deleteLease(stage.namespace);
}

const deleteLease = (namespace: string) =>
  kubectl('delete', 'lease', 'shop-bluegreen', '-n', namespace, '--ignore-not-found');

async function playMove(move: Move, index: number, stage: Stage, at?: Interference['at']): Promise<number | null> {
  const { namespace, recorder } = stage;
  const server = stage.servers[index] as FaultyServer;
  const run = count++;
  const argv = ['kubectl-bluegreen', ...withName(move.argv), '-n', namespace] as const;
  server.interfere(interferenceOf(move, run, recorder, () => child.kill('SIGKILL'), at));
  recorder.add({ kind: 'begin', run, argv });
  const { file, args, env } = clusterCommand([...argv]);
  const child = spawn(file, args, { env: { ...env, ...server.env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    words = `${words}${text}`.slice(-WORDS);
  });
  const timer = setTimeout(() => child.kill('SIGQUIT'), LONGEST_MS);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  recorder.add({ kind: 'end', run, exitCode, words });
  return exitCode;
}

const withName = ([verb = '', ...flags]: readonly string[]) => [verb, 'shop', ...flags];

function interferenceOf(
  { kill, fault }: Move,
  run: number,
  recorder: Recorder,
  end: () => void,
  at?: Interference['at'],
): Interference {
  return {
    fault({ number, method, path, body, isStream }) {
      recorder.add({ kind: 'call', run, method, path, body });
      // Past a tunnel that is refused kubectl's own port-forward is taken, which is not seen here.
      return number === fault?.request && !isStream ? fault.fault : undefined;
    },
    async at(exchange, boundary) {
      await at?.(exchange, boundary);
      if (exchange.number === kill?.request && boundary === kill.boundary) end();
    },
  };
}
