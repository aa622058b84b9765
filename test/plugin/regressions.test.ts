/** Defects that were once there: each test failed before its mend. */

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, jest, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { main } from '../../plugin/cli/main.js';
import { VERBS } from '../../plugin/commands/index.js';
import { systemClock } from '../../plugin/core/clock.js';
import { RefusedError, UnprovenError, UnreachableError, UsageError } from '../../plugin/core/errors.js';
import type { Deployment, Service } from '../../plugin/core/kubernetes.js';
import { printable } from '../../plugin/core/text.js';
import { connectApi } from '../../plugin/kube/api.js';
import { openTunnel } from '../../plugin/kube/portforward.js';
import { resourcePath } from '../../plugin/kube/resources.js';
import { TunnelError } from '../../plugin/kube/tunnel-error.js';
import { readManifests } from '../../plugin/manifests/files.js';
import { execute } from '../../plugin/operations/execute.js';
import { planColor } from '../../plugin/plan/color.js';
import { planDeploy } from '../../plugin/plan/deploy.js';
import { parseImage } from '../../plugin/plan/image.js';
import { manifestDeployment as deploymentOf, sortManifests } from '../../plugin/plan/manifests.js';
import { lastOperation } from '../../plugin/plan/operation.js';
import { planPromote } from '../../plugin/plan/promote.js';
import { rolloutProgress } from '../../plugin/plan/rollout.js';
import { undoStep } from '../../plugin/steps/actions/put-back.js';
import { askLine } from '../../plugin/terminal/ask.js';
import { recordOutcome } from '../../plugin/traffic/record.js';
import { switchTraffic } from '../../plugin/traffic/selector/switch.js';
import { deployment, inputOf, POLICY, pod, replicaSet, service, stateOf } from './cluster-objects.js';
import { fakeApi } from './fake-api.js';
import { ACTIVE, fakeRun, GREEN } from './fake-run.js';
import { fakeTunnels } from './fake-tunnels.js';
import { invocationOf } from './invocation.js';
import {
  asLive,
  autoscaler,
  liveObjects,
  manifestDeployment,
  manifestObjects,
  manifestService,
  manifestsOf,
} from './manifests.js';
import { atStep } from './promotion.js';
import { socketServer } from './socket-server.js';
import { IDLE } from './switching.js';
import { folderOf } from './temporary.js';

const NEVER = new AbortController().signal;
const around = () => {
  const { args, flags, ...rest } = invocationOf();
  return rest;
};

describe('ask', () => {
  const output = { write: () => true };
  test('ends with the reason of a signal, not with an answer', async () => {
    const stop = new AbortController();
    const answer = askLine('?', new PassThrough(), output, stop.signal);
    stop.abort(new Error('SIGINT'));
    await expect(answer).rejects.toThrow('SIGINT');
  });
  test('ends with the reason of a signal that came before', async () => {
    const answer = askLine('?', new PassThrough(), output, AbortSignal.abort(new Error('SIGINT')));
    await expect(Promise.race([answer, new Promise((resolve) => setImmediate(resolve))])).rejects.toThrow('SIGINT');
  });
});

describe('cli', () => {
  test('global flags that can be repeated may stand before the verb', async () => {
    const seen: unknown[] = [];
    for (const spec of VERBS)
      jest.spyOn(spec, 'load').mockImplementation(async () => ({ run: async (i) => seen.push(i.args) }));
    await main(['--as-group', 'a', 'promote', 'shop'], around());
    jest.restoreAllMocks();
    expect(seen).toEqual([['shop']]);
  });
  test('a flag without its value is a UsageError', async () => {
    await expect(main(['status', 'shop', '--context'], around())).rejects.toThrow(UsageError);
  });
  test('--color=red is a UsageError and does not end the process', async () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const error = await main(['status', 'shop', '--color=red'], around()).catch((e: unknown) => e);
    const calls = exit.mock.calls.length;
    exit.mockRestore();
    log.mockRestore();
    expect(calls).toBe(0);
    expect(error).toBeInstanceOf(UsageError);
  });
});

test('a tunnel whose Pod refuses at once breaks, and does not end the process with an unhandled error', async () => {
  const proxy = await socketServer();
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v4.channel.k8s.io' });
  proxy.server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (one) => {
      for (const channel of [0, 1]) one.send(Buffer.of(channel, 0xb8, 0x0b));
      one.send(Buffer.concat([Buffer.of(1), Buffer.from('connection refused')]));
    }),
  );
  const stream = await openTunnel(proxy.webSocket, 'store', 'g1', 3000);
  const [error] = await once(stream, 'error');
  expect(error).toBeInstanceOf(TunnelError);
});

test('a watch that the proxy cannot carry is an UnreachableError', async () => {
  const server = await socketServer();
  server.answer = (_, response) => response.writeHead(500).end('dial tcp 10.0.0.1:6443: connect: connection refused\n');
  const watch = async () => {
    for await (const _ of connectApi(server.http, 200).watch('/x', {}, NEVER)) break;
  };
  await expect(watch()).rejects.toThrow(UnreachableError);
});

test('a watch that is answered with an error and no body fails: the informer would ask again without a pause', async () => {
  const server = await socketServer();
  server.answer = (_, response) => response.writeHead(502).end();
  const watch = async () => {
    for await (const _ of connectApi(server.http, 200).watch('/x', {}, NEVER)) break;
  };
  await expect(watch()).rejects.toThrow(UnreachableError);
});

describe('switch', () => {
  test('giving up an unanswered switch does not overwrite the record of somebody who moved traffic meanwhile', async () => {
    const run = fakeRun();
    let isFirst = true;
    run.api.before = ({ verb, path }) => {
      if (verb !== 'patch' || path !== ACTIVE || !isFirst) return;
      isFirst = false;
      run.api.put(service('shop-active', 'green', { id: 'op-9', outcome: 'switched' }));
      throw new UnreachableError('no answer');
    };
    const guard = { uid: 'uid-shop-active', lastOperationId: 'op-1' };
    await switchTraffic(run, {
      service: 'shop-active',
      guard,
      from: 'blue',
      to: 'green',
      kind: 'promote' as const,
      fromVersion: 'v1',
      recheck: async () => undefined,
    }).catch(() => 0);
    expect(lastOperation(run.api.at(ACTIVE))).toMatchObject({ id: 'op-9', outcome: 'switched' });
  });
  test('recordOutcome leaves a later operation that is still under way', async () => {
    const run = fakeRun({
      state: stateOf({ active: service('shop-active', 'green', { id: 'op-2', outcome: 'switched' }) }),
    });
    // op-2 switched; op-9 takes over while op-2 watches.
    run.api.put(service('shop-active', 'blue', { id: 'op-9', kind: 'rollback', outcome: 'switched' }));
    await recordOutcome(run, 'shop-active', 'complete');
    expect(lastOperation(run.api.at(ACTIVE))).toMatchObject({ id: 'op-9', outcome: 'switched' });
  });
});

const soaking = {
  ...POLICY,
  checks: [{ name: 'h', path: '/', status: [200], timeoutSeconds: 1, retries: 1, intervalSeconds: 1 }],
  promotion: { confirm: true, soakSeconds: 30, automaticRollback: true },
};

test('the advice after a resumed promotion falls ill does not send traffic to the color that is ill', async () => {
  const state = stateOf({ active: service('shop-active', 'blue', { outcome: 'switched' }) });
  const run = fakeRun({ state });
  atStep(run, 'watch', () => run.clock.after(1000, () => run.api.put(pod('blue', 'b1', { ready: false }))));
  const { error } = await execute(run, planPromote(inputOf({ state, policy: soaking })), soaking);
  expect(error).toBeInstanceOf(UnprovenError);
  expect((error as Error).message).not.toContain('--to blue');
});

test('undo puts back the other objects when one of them is gone', async () => {
  const run = fakeRun();
  const gone = manifestService('shop-gone', 'green');
  await undoStep(run, { kind: 'restore', objects: [asLive(gone), deployment('green', 'v9')] }, IDLE);
  expect(JSON.stringify(run.api.at(GREEN))).toContain('shop:v9');
});

describe('plans', () => {
  test('with manifests, undo does not put back the strategy that a killed run left', () => {
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: '100%' } };
    const green = asLive(manifestDeployment('green', 'v0', { strategy }));
    const state = stateOf({ deployments: { blue: deployment('blue', 'v1'), green } });
    const { undo } = planColor({
      state,
      color: 'green',
      policy: POLICY,
      intent: { target: {} },
      manifests: manifestsOf(),
      live: liveObjects(green),
    });
    expect(JSON.stringify(undo)).not.toContain('100%');
  });
  test('a Deployment without a color label is refused, not an error without a word', () => {
    const objects = manifestObjects().map((object) => {
      if (object.metadata.name !== 'shop-green' || object.kind !== 'Deployment') return object;
      return { ...object, metadata: { ...object.metadata, labels: { app: 'shop' } } };
    });
    expect(() => planDeploy(inputOf({ manifests: sortManifests(objects, 'shop', 'dist') }))).toThrow(UsageError);
  });
  test('parseImage refuses what follows a digest', () => {
    expect(() => parseImage(`shop@sha256:${'0'.repeat(64)}@evil`)).toThrow(UsageError);
  });
  test('a rollout waits while the ReplicaSet of the newest revision is not yet seen, and does not blame the old Pods', () => {
    const green: Deployment = deployment('green', 'v2');
    green.metadata.annotations = { 'deployment.kubernetes.io/revision': '2' };
    green.status = { observedGeneration: 1, replicas: 2, updatedReplicas: 0, unavailableReplicas: 2 } as never;
    const broken = pod('green', 'g0', { hash: 'old', ready: false, waiting: { reason: 'ImagePullBackOff' } });
    const view = { deployment: green, replicaSets: [replicaSet('green', 'old', 1)], pods: [broken] };
    expect(rolloutProgress(view, 'shop', 'green').phase).toBe('waiting');
  });
});

test('readManifests does not look into folders within, whatever their names', () => {
  const folder = folderOf({ 'a.yaml': 'apiVersion: v1\nkind: X\nmetadata: {name: a}\n' });
  mkdirSync(join(folder, 'old.yaml'));
  expect(readManifests([folder])).toHaveLength(1);
});

test('a sleep of a month does not end at once', async () => {
  const stop = new AbortController();
  const slept = systemClock.sleep(31 * 86_400_000, stop.signal).then(
    () => 'woke',
    () => 'slept',
  );
  const soon = new Promise((resolve) => setTimeout(resolve, 50, 'slept'));
  expect(await Promise.race([slept, soon])).toBe('slept');
  stop.abort();
});

test('a kind named like a property of Object is refused', () => {
  expect(() => resourcePath('constructor', 'store', 'x')).toThrow(UsageError);
});

test('an Arabic letter mark is escaped like the other bidirectional controls', () => {
  expect(printable('\u061c')).toBe('\\u061c');
});

test('a first deploy that fails after it made the active Service does not delete the Pods behind it', async () => {
  const run = fakeRun({ tunnels: fakeTunnels() });
  const nothing = {
    ...stateOf(),
    active: undefined,
    preview: undefined,
    deployments: { blue: undefined, green: undefined },
  };
  const { active, preview, ...state } = nothing;
  run.api.remove(ACTIVE);
  run.api.remove(resourcePath('Service', 'store', 'shop-preview'));
  const policy = { ...soaking, promotion: { ...soaking.promotion, soakSeconds: 0 } };
  const plan = planDeploy(inputOf({ state: state as never, policy, manifests: manifestsOf(), live: new Map() }));
  run.api.before = ({ verb, body }) => {
    if (verb === 'create' && JSON.stringify(body).includes('shop-preview')) throw new UnreachableError('no answer');
  };
  await execute(run, plan, policy);
  const serves = run.api.at<Service>(ACTIVE) !== undefined;
  const pods = run.api.at(resourcePath('Deployment', 'store', 'shop-blue')) !== undefined;
  expect([serves, pods]).not.toEqual([true, false]);
});

test('a signal before the switch puts the idle color back', async () => {
  const stop = new AbortController();
  const { InterruptedError } = await import('../../plugin/core/errors.js');
  const policy = { ...soaking, promotion: { ...soaking.promotion, soakSeconds: 0 } };
  const run = fakeRun({ signal: stop.signal });
  atStep(run, 'verify', () => stop.abort(new InterruptedError('SIGINT', 2)));
  await execute(run, planPromote(inputOf({ policy, intent: { target: { version: 'v2' } } })), policy);
  expect(JSON.stringify(run.api.at(GREEN))).toContain('shop:v0');
});
test('a first deploy whose proof fails does not delete the Pods behind the active Service that it made', async () => {
  const run = fakeRun();
  const { active, preview, ...state } = { ...stateOf(), deployments: { blue: undefined, green: undefined } };
  run.api.remove(ACTIVE);
  run.api.remove(resourcePath('Service', 'store', 'shop-preview'));
  run.api.remove('/apis/discovery.k8s.io/v1/namespaces/store/endpointslices/shop-active-x');
  const policy = { ...soaking, promotion: { ...soaking.promotion, soakSeconds: 0 } };
  const plan = planDeploy(inputOf({ state: state as never, policy, manifests: manifestsOf(), live: new Map() }));
  const { error } = await execute(run, plan, policy);
  expect(error).toBeInstanceOf(UnprovenError);
  expect(run.api.at(ACTIVE)).toBeDefined();
  expect(run.api.at(resourcePath('Deployment', 'store', 'shop-blue'))).toBeDefined();
});
void [fakeApi, autoscaler, deploymentOf, RefusedError];
