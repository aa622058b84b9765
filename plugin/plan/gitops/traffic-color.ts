import type { Color } from '../../../charts/names.js';

/** The color that has the traffic: by the cluster, or why only the spec can say. */
export type TrafficColor =
  | { readonly by: 'cluster'; readonly color: Color; readonly where: string }
  | { readonly by: 'spec'; readonly color: Color; readonly why: string };
