import { describe, expect, test } from '@jest/globals';
import type { ContainerState, ContainerStatus, Pod } from '../../../plugin/core/kubernetes.js';
import { earlierFailures, forgetTraceless, forgetTried, standingFailures } from '../../../plugin/plan/pod-failure.js';
import { pod } from '../cluster-objects.js';

const T1 = '2026-01-02T03:04:05Z';
const T2 = '2026-01-02T03:05:05Z';

const waiting = (reason: string, message = 'why'): ContainerState => ({ waiting: { reason, message } });
const ended = (finishedAt: string): ContainerState => ({ terminated: { exitCode: 1, finishedAt } });

interface At {
  readonly state: ContainerState;
  readonly lastState?: ContainerState;
  readonly restarts?: number;
  /** Where the container is listed. */
  readonly as?: 'containerStatuses' | 'initContainerStatuses';
}

function podAt({ state, lastState, restarts = 0, as = 'containerStatuses' }: At): Pod {
  const one = pod('green', 'g1', { ready: false });
  const container: ContainerStatus = { name: 'shop', ready: false, restartCount: restarts, state };
  const statuses = { containerStatuses: [], [as]: [{ ...container, ...(lastState && { lastState }) }] };
  return { ...one, status: { ...one.status, ...statuses } };
}

/** Whether what the Pod says in the end counts as said before the run, after these states were seen one after the other. */
function isOld(...states: readonly At[]): boolean {
  const [before, ...later] = states.map(podAt);
  const earlier = new Set(standingFailures(before ? [before] : []));
  for (const one of later) forgetTried(earlier, [one]);
  return earlierFailures(later.slice(-1), earlier).length === 1;
}

const backOff: At = { state: waiting('CrashLoopBackOff', 'back-off 40s'), lastState: ended(T1), restarts: 3 };
const pullBackOff: At = { state: waiting('ImagePullBackOff') };
const noSecret: At = { state: waiting('CreateContainerConfigError', 'secret "db" not found') };
const noConfig: At = { state: waiting('CreateContainerConfigError', 'configmap "web" not found') };
const running: At = { state: { running: {} }, restarts: 4, lastState: ended(T1) };

describe('what a kubelet said before a run is old', () => {
  test.each<[string, At[]]>([
    ['while it backs off', [backOff, backOff]],
    ['while it cannot pull', [pullBackOff, pullBackOff]],
    ['while a Secret is missing', [noSecret, noSecret]],
    ['when a pull had failed before, and it backs off now', [{ state: waiting('ErrImagePull', 'x') }, pullBackOff]],
    ['when the container had ended before, and it backs off now', [{ state: ended(T1), restarts: 3 }, backOff]],
    [
      'of an init container',
      [
        { ...backOff, as: 'initContainerStatuses' },
        { ...backOff, as: 'initContainerStatuses' },
      ],
    ],
  ])('%s', (_, states) => {
    expect(isOld(...states)).toBe(true);
  });
});

describe('what a kubelet says after another try is new', () => {
  test.each<[string, At[]]>([
    [
      'when the container has run and ended again',
      [backOff, running, { ...backOff, restarts: 4, lastState: ended(T2) }],
    ],
    ['when it ended again without being seen to run', [backOff, { ...backOff, restarts: 4, lastState: ended(T2) }]],
    ['when the image was pulled in vain again', [pullBackOff, { state: waiting('ErrImagePull') }, pullBackOff]],
    ['when something else is missing', [noSecret, noConfig]],
    ['when it was late in between', [noSecret, { state: waiting('ContainerCreating', '') }, noSecret]],
    ['when the container ran at first', [running, { ...backOff, restarts: 4, lastState: ended(T2) }]],
  ])('%s', (_, states) => {
    expect(isOld(...states)).toBe(false);
  });

  test('when so much time has passed that a try which leaves no trace was made', () => {
    const pods = [noSecret, pullBackOff].map((at, index) => {
      const one = podAt(at);
      return { ...one, metadata: { ...one.metadata, uid: `uid-${index}` } };
    });
    const earlier = new Set(standingFailures(pods));
    forgetTraceless(earlier, pods);
    expect(earlierFailures(pods, earlier).map(({ reason }) => reason)).toEqual(['ImagePullBackOff']);
  });
});

test('keys of other Pods, and of other things, are kept', () => {
  const earlier = new Set(['uid-rs 2026 refused', ...standingFailures([podAt(backOff)])]);
  forgetTried(earlier, [pod('green', 'g2')]);
  expect(earlier.size).toBe(2);
});
