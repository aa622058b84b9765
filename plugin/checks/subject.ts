import type { Color } from '../../charts/names.js';
import type { Policy } from '../../charts/policy.js';
import type { TrafficService } from '../plan/traffic-service.js';

/** What of a policy a verification needs. */
export type Subject = Pick<Policy, 'checks' | 'port' | 'container'> & {
  /** The Service through which the color is going to get traffic. */
  readonly traffic?: TrafficService;
  /** The color that has the traffic now, where it is another one. */
  readonly serving?: Color;
  /** Names of NetworkPolicies that are deleted before it gets traffic. */
  readonly leavingPolicies?: readonly string[];
};
