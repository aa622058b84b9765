import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { systemClock } from '../core/clock.js';
import { parseDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { connectApi } from '../kube/api.js';
import { beginConnection } from '../kube/connection.js';
import { type KubeContext, readContext } from '../kube/kubectl.js';
import { execWith } from '../kube/pod-exec.js';
import { connectTunnels } from '../kube/tunnels.js';
import { type Asker, userAgent } from '../kube/user-agent.js';
import { emptyRunState, type Run } from '../run/context.js';
import { emitTo, reportTo } from '../run/events.js';
import { openGate, questionGate } from '../run/gate.js';
import { jsonLinesListener } from '../run/listeners/json-lines.js';
import { textListener } from '../run/listeners/text.js';
import { checkResults } from '../run/results.js';
import type { Session } from '../run/session.js';
import { askLine } from '../terminal/ask.js';
import { openEvents } from './events-file.js';
import { booleanFlag, type Invocation, kubectlFlags, listFlag, stringFlag } from './invocation.js';
import { reporterOf } from './reporter.js';

const REQUEST_TIMEOUT = '30s';
/** An RFC 1123 label. */
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export interface SessionOptions {
  readonly release: string;
  /** The namespace that the manifests name. */
  readonly manifestNamespace?: string | undefined;
  /** For a command that shows no context: then only the context's namespace is read, where none is given. */
  readonly withoutContext?: boolean;
}

/**
 * Connects to the cluster through kubectl.
 *
 * The namespace is, in this order: --namespace, $NAMESPACE, that of the manifests, that of the kubeconfig's context.
 *
 * @throws UsageError when the flag and the manifests name different namespaces; RefusedError when kubectl cannot start
 */
export async function connect(invocation: Invocation, options: SessionOptions): Promise<Session> {
  const given = givenNamespace(invocation, options.manifestNamespace);
  const timeout = stringFlag(invocation, 'request-timeout') ?? REQUEST_TIMEOUT;
  const timeoutMs = parseDuration(timeout, '--request-timeout') || parseDuration(REQUEST_TIMEOUT, '');
  const verifyTimeoutMs = verifyTimeout(invocation);
  const probes = readProbes(invocation);
  const events = openEvents(invocation);
  const operationId = randomUUID();

  const wanted = given === undefined ? 'first' : options.withoutContext ? 'never' : 'later';
  const begun = invocation.connection ?? beginConnection(invocation.env, kubectlFlags(invocation), wanted);
  const { kubectl } = begun;
  const proxy = await begun.proxy;
  const context = wanted === 'never' ? undefined : (begun.context ?? readContext(kubectl));
  const namespace = given ?? (await namespaceOf(context, proxy.stop));
  const asker: Asker = { verb: invocation.verb };
  const agent = () => userAgent(asker);
  const tunnels = connectTunnels(kubectl, proxy.webSocket, namespace, agent);
  const source = { release: options.release, namespace, operationId, now: systemClock.wall };
  const emit = emitTo([
    textListener(reporterOf(invocation), (line) => invocation.stderr.write(`${line}\n`)),
    ...(events ? [jsonLinesListener(source, events.write)] : []),
  ]);
  const ask = (question: string, prompt?: string) =>
    askLine(question, invocation.stdin, invocation.stderr, invocation.signal, prompt);
  const run: Run = {
    api: connectApi(proxy.http, timeoutMs, agent),
    tunnels,
    enter: (step) => {
      asker.step = step;
    },
    clock: systemClock,
    reporter: reportTo(emit),
    emit,
    ask,
    gate: booleanFlag(invocation, 'yes') ? openGate(emit) : questionGate(emit, ask),
    runCommand: async (request) => {
      const { runCommand } = await import('../run/command.js');
      return runCommand({ ...request, env: { ...invocation.env, ...request.env } });
    },
    execInPod: execWith(kubectl, namespace),
    probes,
    askUrl: async (url, timeoutMs, signal) => {
      const { askUrl } = await import('../run/ask-url.js');
      return askUrl(url, timeoutMs, signal);
    },
    signal: invocation.signal,
    namespace,
    release: options.release,
    operationId,
    by: operator(),
    ...(verifyTimeoutMs !== undefined && { verifyTimeoutMs }),
    ...emptyRunState(checkResults((result) => emit({ type: 'checked', ...result }))),
  };
  const close = () => {
    tunnels.close();
    proxy.stop();
    events?.close();
  };
  process.once('exit', close);
  // The context's name is shown in the document alone: a run must not fail over it.
  const name = context?.then((read) => read.name).catch(() => '') ?? Promise.resolve('');
  return { run, context: name, close };
}

async function namespaceOf(context: Promise<KubeContext> | undefined, stop: () => void): Promise<string> {
  try {
    return (await context)?.namespace ?? '';
  } catch (error) {
    stop();
    throw error;
  }
}

/** The namespace that the user or the manifests name. @throws UsageError when these differ */
export function givenNamespace(invocation: Invocation, manifest: string | undefined): string | undefined {
  const flag = stringFlag(invocation, 'namespace');
  const asked = flag ?? (invocation.env.NAMESPACE || undefined);
  if (asked !== undefined && !NAMESPACE.test(asked))
    throw new UsageError(`invalid namespace "${asked}": want lower case letters, digits or "-", at most 63`);
  if (asked !== undefined && manifest !== undefined && asked !== manifest)
    throw new UsageError(
      `the namespace from the provided objects "${manifest}" does not match the namespace "${asked}": pass --namespace=${manifest}`,
    );
  return asked ?? manifest;
}

/** @throws UsageError for what is not a URL that a client could ask */
function readProbes(invocation: Invocation): readonly string[] {
  return listFlag(invocation, 'probe').map((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.href;
    throw new UsageError(`invalid URL "${text}" for --probe: want one that begins with http:// or https://`);
  });
}

/** @returns undefined for no limit, as 0 is */
function verifyTimeout(invocation: Invocation): number | undefined {
  const flag = stringFlag(invocation, 'verify-timeout');
  if (flag !== undefined) return parseDuration(flag, '--verify-timeout') || undefined;
  const { SMOKE_TEST_TIMEOUT } = invocation.env;
  return SMOKE_TEST_TIMEOUT ? parseDuration(SMOKE_TEST_TIMEOUT, 'SMOKE_TEST_TIMEOUT') || undefined : undefined;
}

function operator(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A container may run as a UID that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}
