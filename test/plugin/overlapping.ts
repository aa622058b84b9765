import type { Service } from '../../plugin/core/kubernetes.js';
import type { Operation } from '../../plugin/plan/operation.js';
import type { State } from '../../plugin/plan/state.js';
import { service, slice, stateOf } from './cluster-objects.js';

/** The active Service after a promotion from blue to green that was cut off while both had the traffic. */
export function wideService(operation: Partial<Operation> = {}): Service {
  const whole = service('shop-active', 'green', { outcome: 'overlapping', ...operation });
  return { ...whole, spec: { selector: { app: 'shop' } } };
}

export function overlappingState(operation: Partial<Operation> = {}): State {
  const { pods } = stateOf();
  return stateOf({
    active: wideService(operation),
    endpointSlices: [
      slice('shop-active', pods),
      slice('shop-blue', pods.slice(0, 2)),
      slice('shop-green', pods.slice(2)),
    ],
  });
}
