import { reapply } from '../support/moves.js';
import { activeService, type Cases, confirmed, deploymentOf, promote, SOAK, setImage } from './case.js';

/** When another field manager applies. */
export const APPLIED: Cases = {
  'the Deployment, while the question is open': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => reapply(namespace, 'sync-tool', [deploymentOf(to, 'engine-ops:v0.6.0')]),
    exitCode: 4,
    says: [/"shop-\w+" was changed by sync-tool at \S+ since this run began: it runs engine-ops:v0\.6\.0/],
    traffic: 'from',
    mend: (colors) => setImage(colors, colors.to, 'engine-ops:v0.2.0'),
  },
  'the active Service as it is, while the question is open': {
    run: promote(),
    at: 'question',
    move: ({ namespace, from }) => reapply(namespace, 'sync-tool', [activeService(from)]),
    exitCode: 0,
    says: [/traffic of shop is on/],
    traffic: 'to',
  },
  'the active Service as it was, between switch and proof': {
    run: confirmed(),
    at: 'after the switch',
    move: ({ namespace, from }) => reapply(namespace, 'sync-tool', [activeService(from)]),
    exitCode: 5,
    says: [/moved it to \w+: sync-tool wrote the selector at/],
    traffic: 'from',
  },
  'the active Service as it was, during the watch': {
    run: confirmed(SOAK),
    at: 'watch',
    move: ({ namespace, from }) => reapply(namespace, 'sync-tool', [activeService(from)]),
    exitCode: 5,
    says: [/moved it to \w+: sync-tool wrote the selector at/],
    traffic: 'from',
  },
};
