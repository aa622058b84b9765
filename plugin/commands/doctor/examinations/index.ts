import type { Examination } from '../facts.js';
import { access } from './access.js';
import { autoscaling } from './autoscaling.js';
import { budgets } from './budgets.js';
import { checks } from './checks.js';
import { crashes } from './crashes.js';
import { deletion } from './deletion.js';
import { drift } from './drift.js';
import { endpoints } from './endpoints.js';
import { foreign } from './foreign.js';
import { images } from './images.js';
import { migrations } from './migrations.js';
import { objects } from './objects.js';
import { lease, operations } from './operations.js';
import { servicesBeside } from './other-services.js';
import { podTargets } from './pod-targets.js';
import { ports } from './ports.js';
import { quotaRoom, refusedPods } from './quota.js';
import { readiness } from './readiness.js';
import { configMaps, secrets, serviceAccounts } from './references.js';
import { nodes, scheduling } from './scheduling.js';
import { selectors } from './selectors.js';
import { activeService, reachability } from './services.js';
import { versions } from './versions.js';

/** Everything that is asked, in the order in which it is listed. */
export const EXAMINATIONS: readonly Examination[] = [
  foreign,
  selectors,
  objects,
  deletion,
  endpoints,
  reachability,
  ports,
  activeService,
  servicesBeside,
  podTargets,
  images,
  configMaps,
  secrets,
  serviceAccounts,
  crashes,
  refusedPods,
  scheduling,
  nodes,
  readiness,
  checks,
  quotaRoom,
  autoscaling,
  budgets,
  operations,
  lease,
  migrations,
  access,
  versions,
  drift,
];
