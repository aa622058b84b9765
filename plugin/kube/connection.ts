import { findKubectl, type KubeContext, type Kubectl, readContext, startProxy } from './kubectl.js';

/** A connection to the cluster that was begun: kubectl starts while the rest of the program is loaded. */
export interface Connection {
  readonly kubectl: Kubectl;
  readonly proxy: ReturnType<typeof startProxy>;
  readonly context?: Promise<KubeContext>;
}

/** When the kubeconfig's context is read, which takes a process: one that only names it waits until the proxy serves. */
export type ContextWanted = 'first' | 'later' | 'never';

export function beginConnection(env: NodeJS.ProcessEnv, flags: readonly string[], wanted: ContextWanted): Connection {
  const kubectl = { path: findKubectl(env), flags };
  const proxy = startProxy(kubectl);
  const read = () => readContext(kubectl);
  const context = wanted === 'never' ? {} : { context: wanted === 'first' ? read() : proxy.then(read) };
  // The command may end before it waits for them: that must not be an unhandled rejection.
  for (const begun of [proxy, context.context]) begun?.catch(() => undefined);
  return { kubectl, proxy, ...context };
}

/** Ends a connection, also one that was never waited for or has ended. */
export function endConnection({ proxy }: Connection): void {
  proxy.then(({ stop }) => stop()).catch(() => undefined);
}
