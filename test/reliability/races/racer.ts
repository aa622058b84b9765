import { randomUUID } from 'node:crypto';
import { systemClock } from '../../../plugin/core/clock.js';
import { BluegreenError } from '../../../plugin/core/errors.js';
import { type Api, connectApi } from '../../../plugin/kube/api.js';
import { connectTunnels } from '../../../plugin/kube/tunnels.js';
import { execute } from '../../../plugin/operations/execute.js';
import type { PlanInput } from '../../../plugin/plan/input.js';
import { readPolicy } from '../../../plugin/plan/policy.js';
import { planPromote } from '../../../plugin/plan/promote.js';
import { planRollback } from '../../../plugin/plan/rollback.js';
import { emptyRunState, type Run } from '../../../plugin/run/context.js';
import { acquireLease } from '../../../plugin/run/lease.js';
import { observe } from '../../../plugin/run/observe.js';
import type { SharedProxy } from './api.js';

export type Verb = 'promote' | 'rollback';

/** How one of the racers ended. */
export interface Finish {
  readonly operationId: string;
  readonly by: string;
  readonly exitCode: number;
  readonly message: string;
  /** Whether its plan was to move traffic: one that finds another's switch not yet proved helps to finish that. */
  readonly wasToSwitch: boolean;
}

/** Where racers wait for each other. */
export interface Gates {
  /** After it has the Lease, or was refused it. */
  readonly leased: () => Promise<void>;
  /** After it has seen where traffic is. */
  readonly observed: () => Promise<void>;
}

/** Resolves for all once so many have come. */
export function gateFor(parties: number): () => Promise<void> {
  let missing = parties;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    missing -= 1;
    if (missing <= 0) open();
    return opened;
  };
}

export function runOf(proxy: SharedProxy, namespace: string, by: string, wrap: (api: Api) => Api): Run {
  return {
    api: wrap(connectApi(proxy.http, 30_000)),
    tunnels: connectTunnels({ path: 'kubectl', flags: [] }, proxy.webSocket, namespace),
    enter: () => undefined,
    clock: systemClock,
    reporter: { step: () => undefined, info: () => undefined, warn: () => undefined, changed: () => undefined },
    emit: () => undefined,
    ask: async () => undefined,
    gate: async () => undefined,
    runCommand: async () => ({ exitCode: 0 }),
    execInPod: async () => ({ exitCode: 0, stdout: '', stderr: '' }),
    probes: [],
    askUrl: async () => ({ why: 'not asked' }),
    signal: new AbortController().signal,
    namespace,
    release: 'shop',
    operationId: randomUUID(),
    by,
    ...emptyRunState(),
  };
}

/** Does what the command does: takes the Lease, where one is to be taken, observes, plans, and carries out. */
export async function race(run: Run, verb: Verb, withLease: boolean, gates: Gates): Promise<Finish> {
  let wasToSwitch = false;
  const finish = (error?: unknown): Finish => {
    if (error !== undefined && !(error instanceof BluegreenError)) throw error;
    const { operationId, by } = run;
    return { operationId, by, exitCode: error?.exitCode ?? 0, message: error?.message ?? '', wasToSwitch };
  };
  const holding = await (withLease ? acquireLease(run) : undefined)?.catch((error: unknown) => finish(error));
  await gates.leased();
  if (holding && 'exitCode' in holding) return holding;
  try {
    const state = await observe(run.api, run.namespace, run.release);
    await gates.observed();
    const policy = readPolicy(state.active, state.deployments.blue);
    const input: PlanInput = {
      state,
      policies: { blue: policy, green: policy },
      intent: { target: {} },
      live: new Map(),
    };
    const plan = verb === 'promote' ? planPromote(input) : planRollback(input);
    wasToSwitch = plan.from !== plan.to;
    return finish((await execute(run, plan, policy)).error);
  } finally {
    await holding?.release();
    run.tunnels.close();
  }
}
