import { countConnections as count } from './actions/connections.js';
import type { StepKind } from './kind.js';

/** Counts the connections that a color still has. */
export const countConnections: StepKind<'count-connections'> = {
  describe: ({ color }) => `count the connections that ${color} still has, by cat in each of its Pods`,
  changes: 'nothing',
  run: (run, { color }) => count(run, color),
};
