import { evict } from '../support/moves.js';
import { type Cases, confirmed, promote, rollback, SOAK } from './case.js';

/** When a Pod is evicted. */
export const EVICTIONS: Cases = {
  'while it is waited for: another one is': {
    run: confirmed('--version=v0.2.0'),
    at: 'wait',
    move: ({ namespace, to }) => evict(namespace, to),
    exitCode: 0,
    says: [/traffic of shop is on (blue|green) \(v0\.2\.0\)/],
    traffic: 'to',
  },
  'while the question is open': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => evict(namespace, to),
    exitCode: 3,
    says: [
      /"shop-\w+" is not ready: \d of \d replicas are ready: pod "shop-\S+" is being deleted \(EvictionByEvictionAPI/,
    ],
    traffic: 'from',
  },
  'between switch and proof: the proof waits for another one': {
    run: confirmed(),
    at: 'after the switch',
    move: ({ namespace, to }) => evict(namespace, to),
    exitCode: 0,
    says: [/[2-9] endpoints, all of/],
    traffic: 'to',
  },
  'during the watch': {
    run: confirmed(SOAK),
    at: 'watch',
    move: ({ namespace, to }) => evict(namespace, to),
    exitCode: 6,
    says: [
      /unhealthy after the switch: \d of \d Pods are ready: pod "shop-\S+" is being deleted \(EvictionByEvictionAPI/,
    ],
    traffic: 'from',
  },
  'during a rollback': {
    run: rollback(),
    at: 'before the switch',
    move: ({ namespace, to }) => evict(namespace, to),
    exitCode: 3,
    says: [/\d of \d replicas are ready: pod "shop-\S+" is being deleted \(EvictionByEvictionAPI/],
    traffic: 'from',
  },
  'of the active color during a cleanup that leaves another one to serve': {
    run: () => ['cleanup'],
    at: 'scale-down',
    move: ({ namespace, from }) => evict(namespace, from),
    exitCode: 0,
    says: [],
    traffic: 'from',
    converges: 'from',
  },
};
