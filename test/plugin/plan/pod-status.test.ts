import { describe, expect, test } from '@jest/globals';
import type { ContainerState, ContainerStatus, Pod } from '../../../plugin/core/kubernetes.js';
import { podStatus } from '../../../plugin/plan/pod-status.js';
import { pod } from '../cluster-objects.js';

const container = (state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus => ({
  name: 'shop',
  ready: state.running !== undefined,
  restartCount: 0,
  state,
  ...more,
});

/** A Pod with these containers and init containers. */
function podOf(
  containers: ContainerStatus[],
  more: Partial<NonNullable<Pod['status']>> = {},
  sidecars: string[] = [],
): Pod {
  const base = pod('blue', 'b1');
  const init = more.initContainerStatuses ?? [];
  return {
    ...base,
    spec: {
      ...base.spec,
      containers: containers.map(({ name }) => ({ name, image: `registry.example:5000/${name}:v1` })),
      initContainers: init.map(({ name }) => ({ name, ...(sidecars.includes(name) && { restartPolicy: 'Always' }) })),
    },
    status: { ...base.status, containerStatuses: containers, ...more },
  };
}

const running = container({ running: {} });
const pending = { phase: 'Pending', conditions: [] };
const init = (state: ContainerState, more: Partial<ContainerStatus> = {}) =>
  container(state, { name: 'init', ready: false, ...more });
const statusOf = (one: Pod) => podStatus(one, 'shop').status;

describe('the status of a Pod, in the words of kubectl,', () => {
  test.each<[string, Pod]>([
    ['Running', podOf([running])],
    ['Pending', podOf([], pending)],
    [
      'SchedulingGated',
      podOf([], { ...pending, conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
    ],
    ['ContainerCreating', podOf([container({ waiting: { reason: 'ContainerCreating' } })], pending)],
    ['ImagePullBackOff', podOf([container({ waiting: { reason: 'ImagePullBackOff' } })], pending)],
    ['CrashLoopBackOff', podOf([container({ waiting: { reason: 'CrashLoopBackOff' } })])],
    ['Error', podOf([container({ terminated: { reason: 'Error', exitCode: 1 } })])],
    ['OOMKilled', podOf([container({ terminated: { reason: 'OOMKilled', exitCode: 137 } })])],
    ['ExitCode:3', podOf([container({ terminated: { exitCode: 3 } })])],
    ['Signal:9', podOf([container({ terminated: { exitCode: 137, signal: 9 } })])],
    ['Completed', podOf([container({ terminated: { reason: 'Completed', exitCode: 0 } })], { phase: 'Succeeded' })],
    ['Evicted', podOf([], { phase: 'Failed', reason: 'Evicted' })],
    ['Running', podOf([container({ terminated: { reason: 'Completed', exitCode: 0 } }), running])],
    ['NotReady', podOf([container({ terminated: { reason: 'Completed', exitCode: 0 } }), running], { conditions: [] })],
    ['Init:0/1', podOf([], { ...pending, initContainerStatuses: [init({ running: {} })] })],
    ['Init:0/1', podOf([], { ...pending, initContainerStatuses: [init({ waiting: { reason: 'PodInitializing' } })] })],
    [
      'Init:CrashLoopBackOff',
      podOf([], { ...pending, initContainerStatuses: [init({ waiting: { reason: 'CrashLoopBackOff' } })] }),
    ],
    [
      'Init:Error',
      podOf([], { ...pending, initContainerStatuses: [init({ terminated: { reason: 'Error', exitCode: 1 } })] }),
    ],
    ['Init:ExitCode:2', podOf([], { ...pending, initContainerStatuses: [init({ terminated: { exitCode: 2 } })] })],
    [
      'Init:Signal:9',
      podOf([], { ...pending, initContainerStatuses: [init({ terminated: { exitCode: 1, signal: 9 } })] }),
    ],
    ['Running', podOf([running], { initContainerStatuses: [init({ terminated: { exitCode: 0 } })] })],
    ['Running', podOf([running], { initContainerStatuses: [init({ running: {} }, { started: true })] }, ['init'])],
  ])('is %s', (status, one) => {
    expect(statusOf(one)).toBe(status);
  });

  test('is Terminating while it is deleted, and Unknown where its node is lost', () => {
    const deleted = pod('blue', 'b1', { terminating: true });
    expect(statusOf(deleted)).toBe('Terminating');
    expect(statusOf({ ...deleted, status: { ...deleted.status, reason: 'NodeLost' } })).toBe('Unknown');
    expect(statusOf({ ...deleted, status: { phase: 'Succeeded' } })).toBe('Succeeded');
  });
});

describe('podStatus', () => {
  test('counts the restarts of all containers, and names the last', () => {
    const ended = (finishedAt: string) => ({ terminated: { exitCode: 1, finishedAt } });
    const one = podOf([
      container({ running: {} }, { restartCount: 2, lastState: ended('2026-01-01T00:00:00Z') }),
      container({ running: {} }, { name: 'proxy', restartCount: 1, lastState: ended('2026-01-02T00:00:00Z') }),
    ]);
    expect(podStatus(one, 'shop')).toMatchObject({ restarts: 3, lastRestartAt: '2026-01-02T00:00:00Z' });
    expect(podStatus(podOf([running]), 'shop')).toMatchObject({ restarts: 0, lastRestartAt: null });
  });

  test('counts the restarts of what initializes a Pod only until it is initialized', () => {
    const looping = init({ waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 4 });
    expect(podStatus(podOf([], { ...pending, initContainerStatuses: [looping] }), 'shop').restarts).toBe(4);
    const done = init({ terminated: { exitCode: 0 } }, { restartCount: 4 });
    expect(podStatus(podOf([running], { initContainerStatuses: [done] }), 'shop').restarts).toBe(0);
  });

  test('counts the containers that serve, sidecars among them', () => {
    const sidecar = init({ running: {} }, { started: true, ready: true });
    const starting = container({ running: {} }, { name: 'proxy', ready: false });
    const one = podOf([running, starting], { initContainerStatuses: [sidecar] }, ['init']);
    expect(podStatus(one, 'shop').containers).toEqual({ ready: 2, total: 3 });
  });

  test("shows the image of the release's container, else of the first", () => {
    const one = podOf([container({}, { name: 'proxy' }), running]);
    expect(podStatus(one, 'shop')).toMatchObject({ image: 'registry.example:5000/shop:v1', version: 'v1' });
    expect(podStatus(one, 'other').image).toBe('registry.example:5000/proxy:v1');
  });

  test('shows a Pod of which nothing is known yet', () => {
    const { metadata, spec, ...rest } = pod('blue', 'b1');
    expect(podStatus({ ...rest, metadata, spec, status: {} }, 'shop')).toMatchObject({
      ready: false,
      status: 'Unknown',
      node: '',
      createdAt: null,
    });
  });
});
