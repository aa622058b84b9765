import { findKubectl, type KubeContext, type Kubectl, readContext, startProxy } from './kubectl.js';

/** A connection to the cluster that was begun: kubectl starts while the rest of the program is loaded. */
export interface Connection {
  readonly kubectl: Kubectl;
  readonly proxy: ReturnType<typeof startProxy>;
  /** Read only where something of it is wanted: it takes a process. */
  readonly context?: Promise<KubeContext>;
}

export function beginConnection(env: NodeJS.ProcessEnv, flags: readonly string[], withContext: boolean): Connection {
  const kubectl = { path: findKubectl(env), flags };
  const proxy = startProxy(kubectl);
  const context = withContext ? { context: readContext(kubectl) } : {};
  // Whoever waits for them is told; a command may end before it does.
  for (const begun of [proxy, context.context]) begun?.catch(() => undefined);
  return { kubectl, proxy, ...context };
}

/** Ends one that nobody has waited for, or that has ended already. */
export function endConnection({ proxy }: Connection): void {
  proxy.then(({ stop }) => stop()).catch(() => undefined);
}
