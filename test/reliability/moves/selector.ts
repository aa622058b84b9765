import { edit } from '../support/moves.js';
import { type Cases, confirmed, promote, rollback, SOAK } from './case.js';

/** When a person edits the selector. */
export const SELECTOR: Cases = {
  'to the same end, while the question is open': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => edit(namespace, 'service', 'shop-active', { selector: { version: to } }),
    exitCode: 0,
    says: [],
    traffic: 'to',
  },
  'so that it names no color': {
    run: promote(),
    at: 'question',
    move: ({ namespace }) => edit(namespace, 'service', 'shop-active', { selector: { tier: 'web' } }),
    exitCode: 3,
    says: [/service "shop-active" has selector app=shop,tier=web,version=\w+, want .*: it was edited by hand/],
    traffic: 'from',
    mend: ({ namespace }) => edit(namespace, 'service', 'shop-active', { selector: { tier: null } }),
  },
  'back, between switch and proof': {
    run: confirmed(),
    at: 'after the switch',
    move: ({ namespace, from }) => edit(namespace, 'service', 'shop-active', { selector: { version: from } }),
    exitCode: 5,
    says: [/traffic is on \w+, but the promote by \S+ at \S+ moved it to \w+: kubectl-edit wrote the selector at/],
    traffic: 'from',
  },
  'back, during the watch': {
    run: confirmed(SOAK),
    at: 'watch',
    move: ({ namespace, from }) => edit(namespace, 'service', 'shop-active', { selector: { version: from } }),
    exitCode: 5,
    says: [/traffic is on \w+, but the promote by \S+ at \S+ moved it to \w+: kubectl-edit wrote the selector at/],
    traffic: 'from',
  },
  'during a rollback': {
    run: rollback(),
    at: 'after the switch',
    move: ({ namespace, from }) => edit(namespace, 'service', 'shop-active', { selector: { version: from } }),
    exitCode: 5,
    says: [/traffic is on \w+, but the rollback by \S+ at \S+ moved it to \w+: kubectl-edit wrote the selector at/],
    traffic: 'from',
  },
  'to the color that is cleaned up': {
    run: () => ['cleanup'],
    at: 'scale-down',
    move: ({ namespace, to }) => edit(namespace, 'service', 'shop-active', { selector: { version: to } }),
    exitCode: 4,
    says: [/service "shop-active" was changed by kubectl-edit at \S+ since this run began: \w+ is left as it is/],
    traffic: 'to',
  },
};
