import { UnreachableError } from '../../plugin/core/errors.js';
import type { Service } from '../../plugin/core/kubernetes.js';
import { lastOperation } from '../../plugin/plan/operation.js';
import type { IdleColor } from '../../plugin/plan/steps.js';
import type { SwitchRequest } from '../../plugin/traffic/selector/switch.js';
import { service } from './cluster-objects.js';
import type { Call } from './fake-api.js';
import { ACTIVE, type FakeRun } from './fake-run.js';

export const REQUEST: SwitchRequest = {
  service: 'shop-active',
  guard: { uid: 'uid-shop-active', lastOperationId: 'op-1' },
  from: 'blue',
  to: 'green',
  kind: 'promote',
  fromVersion: 'v1',
  recheck: async () => undefined,
};
export const IDLE: IdleColor = {
  service: 'shop-active',
  guard: REQUEST.guard,
  active: 'blue',
  idle: 'green',
  promoting: undefined,
};
export const NO_ANSWER = new UnreachableError('no answer from the server in 30s');

/** Of the active Service: what moves traffic. */
export const isPatch = ({ verb, path }: Call) => verb === 'patch' && path === ACTIVE;
export const patches = (run: FakeRun) => run.api.calls.filter(isPatch);
export const selected = (run: FakeRun) => run.api.at<Service>(ACTIVE)?.spec.selector;
export const recorded = (run: FakeRun) => lastOperation(run.api.at<Service>(ACTIVE));

/** Does something at the first patch, and only then. */
export function atFirstPatch(run: FakeRun, moment: 'before' | 'after', act: () => void): void {
  const usual = run.api[moment];
  let isFirst = true;
  run.api[moment] = (call) => {
    usual(call);
    if (!isPatch(call) || !isFirst) return;
    isFirst = false;
    act();
  };
}

/** Somebody changes the active Service. */
export function edit(run: FakeRun, change: (live: Service) => Partial<Service>): void {
  const live = run.api.at<Service>(ACTIVE) as Service;
  run.api.put({ ...live, ...change(live) });
}

export function remake(run: FakeRun): void {
  const again = service('shop-active', 'blue', {});
  run.api.remove(ACTIVE);
  run.api.put({ ...again, metadata: { ...again.metadata, uid: 'uid-new' } });
}

export const unanswered = () => {
  throw NO_ANSWER;
};
export const touchStatus = (run: FakeRun) => edit(run, () => ({ status: { loadBalancer: {} } }) as object);
