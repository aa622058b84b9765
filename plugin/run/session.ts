import type { Run } from './context.js';

/** A connection to a cluster, and the context in which one release of it is worked on. */
export interface Session {
  readonly run: Run;
  /** The name of the kubeconfig's context, which may come after all else; empty where it was not asked for. */
  readonly context: Promise<string>;
  close(): void;
}
