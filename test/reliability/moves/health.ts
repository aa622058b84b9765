import { crash, failReadiness } from '../support/moves.js';
import { type Cases, confirmed, promote, rollback, SOAK, setImage } from './case.js';

/** What makes the Pod ready again whose readiness failed last. */
let heal: () => Promise<void>;

/** When readiness flaps after verification. */
export const READINESS: Cases = {
  'and is back before the answer': {
    run: promote(),
    at: 'question',
    move: async ({ namespace, to }) => (await failReadiness(namespace, to))(),
    exitCode: 3,
    says: [/pod "shop-\S+" was not ready for a while, until \S+, since it was verified/],
    traffic: 'from',
  },
  'and is not back': {
    run: rollback(),
    at: 'before the switch',
    move: async ({ namespace, to }) => (heal = await failReadiness(namespace, to)),
    exitCode: 3,
    says: [/\d of \d replicas are ready: pod "shop-\S+" is not ready \(ContainersNotReady/],
    traffic: 'from',
    mend: () => heal(),
  },
  'during the watch': {
    run: confirmed(SOAK),
    at: 'watch',
    move: async ({ namespace, to }) => (heal = await failReadiness(namespace, to)),
    exitCode: 6,
    says: [/unhealthy after the switch: (\d of \d Pods are ready: pod|pod "shop-\S+": warning Unhealthy)/],
    traffic: 'from',
    mend: () => heal(),
  },
};

/** When a container crashes. */
export const CRASHES: Cases = {
  'and is back before the answer': {
    run: promote(),
    at: 'question',
    move: ({ namespace, to }) => crash(namespace, to),
    exitCode: 3,
    says: [/pod "shop-\S+", container "shop" restarted once since it was verified/],
    traffic: 'from',
  },
  'and is back before the watch begins': {
    run: confirmed(SOAK),
    at: 'after the switch',
    move: ({ namespace, to }) => crash(namespace, to),
    exitCode: 6,
    says: [/unhealthy after the switch: pod "shop-\S+", container "shop" restarted once/],
    traffic: 'from',
  },
  'seconds after it was ready, as its image does': {
    run: confirmed('--version=v0.6.0', SOAK),
    at: 'watch',
    move: async () => undefined,
    exitCode: 6,
    says: [/unhealthy after the switch: /],
    traffic: 'from',
    mend: (colors) => setImage(colors, colors.to, 'engine-ops:v0.1.0'),
    again: confirmed('--version=v0.2.0'),
  },
  'during a rollback': {
    run: rollback(),
    at: 'before the switch',
    move: ({ namespace, to }) => crash(namespace, to),
    exitCode: 3,
    says: [/container "shop" restarted once since it was verified/],
    traffic: 'from',
  },
};
