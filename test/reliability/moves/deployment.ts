import { kubectl } from '../../e2e/support/cluster.js';
import { restart } from '../support/moves.js';
import { type Cases, confirmed, promote, rollback, SOAK, setImage, withManifests } from './case.js';

/** When a person edits the Deployment. */
export const DEPLOYMENT: Cases = {
  'while it is waited for': {
    run: confirmed('--version=v0.2.0'),
    at: 'wait',
    move: (colors) => setImage(colors, colors.to, 'engine-ops:v0.1.0'),
    exitCode: 4,
    says: [
      /the Pod template of deployment "shop-\w+" was changed by kubectl-edit at \S+ since this run began: it runs engine-ops:v0\.1\.0/,
    ],
    traffic: 'from',
  },
  'while the question is open': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => restart(namespace, to),
    exitCode: 4,
    says: [/the Pod template of deployment "shop-\w+" was changed by kubectl-rollout at \S+ since this run began/],
    traffic: 'from',
  },
  'during the watch': {
    run: confirmed(SOAK),
    at: 'watch',
    move: (colors) => setImage(colors, colors.to, 'engine-ops:v0.3.0'),
    exitCode: 6,
    says: [/unhealthy after the switch: the Pod template of deployment "shop-\w+" was changed by kubectl-edit at/],
    traffic: 'from',
    again: confirmed('--version=v0.2.0'),
  },
  'during a rollback': {
    run: rollback(),
    at: 'before the switch',
    move: ({ namespace, to }) => restart(namespace, to),
    exitCode: 4,
    says: [/the Pod template of deployment "shop-\w+" was changed by kubectl-rollout at/],
    traffic: 'from',
  },
  'by deleting it, while the question is open': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => kubectl('delete', 'deployment', `shop-${to}`, '-n', namespace, '--wait=false'),
    exitCode: 3,
    says: [/deployments.apps "shop-\w+" not found/],
    traffic: 'from',
    again: withManifests,
  },
  'by deleting it, during the watch': {
    run: confirmed(SOAK),
    at: 'watch',
    move: ({ namespace, to }) => kubectl('delete', 'deployment', `shop-${to}`, '-n', namespace, '--wait=false'),
    exitCode: 6,
    says: [/unhealthy after the switch: deployment "shop-\w+" was deleted/],
    traffic: 'from',
    again: withManifests,
  },
};
