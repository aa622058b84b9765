import { autoscale, endAutoscaling, scale } from '../support/moves.js';
import { type Cases, confirmed, promote, replicasOf, rollback, SOAK } from './case.js';

/** When an autoscaler or a person scales. */
export const SCALING: Cases = {
  'the color that is waited for to nothing': {
    run: confirmed('--version=v0.1.0'),
    at: 'wait',
    move: ({ namespace, to }) => scale(namespace, to, 0, 'kubectl'),
    exitCode: 3,
    says: [/deployment "shop-\w+" was scaled to 0 replicas meanwhile, want one or more/],
    traffic: 'from',
  },
  'the color that serves, while the question is open': {
    run: promote(),
    at: 'question',
    move: async (colors) =>
      scale(colors.namespace, colors.from, (await replicasOf(colors, colors.from)) + 1, 'kube-controller-manager'),
    exitCode: 4,
    says: [
      /deployment "shop-\w+" was scaled to \d replicas by kube-controller-manager(?: at \S+)? since this run began, and \w+ has \d/,
    ],
    traffic: 'from',
  },
  'the color that is about to serve up': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => autoscale(namespace, to, 4),
    exitCode: 0,
    says: [/traffic of shop is on/],
    traffic: 'to',
    mend: ({ namespace, to }) => endAutoscaling(namespace, to),
  },
  'the color that is about to serve down': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => scale(namespace, to, 1, 'kube-controller-manager'),
    exitCode: 3,
    says: [/deployment "shop-\w+" was scaled to 1 replicas meanwhile by kube-controller-manager(?: at \S+)?, want \d/],
    traffic: 'from',
  },
  'the color that is watched down, which is no illness': {
    run: confirmed('--soak=10s'),
    at: 'watch',
    move: ({ namespace, to }) => scale(namespace, to, 2, 'kube-controller-manager'),
    exitCode: 0,
    says: [/traffic of shop is on/],
    traffic: 'to',
    mend: ({ namespace, from }) => scale(namespace, from, 2, 'kubectl'),
  },
  'the color that is watched to nothing': {
    run: confirmed(SOAK),
    at: 'watch',
    move: ({ namespace, to }) => scale(namespace, to, 0, 'kubectl'),
    exitCode: 6,
    says: [/deployment "shop-\w+" was scaled to 0 replicas: \d of \d Pods are ready/],
    traffic: 'from',
  },
  'the color that is rolled back to': {
    run: rollback(),
    at: 'before the switch',
    move: ({ namespace, to }) => scale(namespace, to, 1, 'kube-controller-manager'),
    exitCode: 3,
    says: [/was scaled to 1 replicas meanwhile by kube-controller-manager(?: at \S+)?, want \d/],
    traffic: 'from',
  },
  'the color that is cleaned up': {
    run: () => ['cleanup', '--keep=1'],
    at: 'scale-down',
    move: ({ namespace, to }) => autoscale(namespace, to, 3),
    exitCode: 3,
    says: [/horizontalpodautoscaler "shop-\w+" keeps deployment "shop-\w+" at 3 replicas or more/],
    traffic: 'from',
    mend: ({ namespace, to }) => endAutoscaling(namespace, to),
    converges: 'from',
  },
};
