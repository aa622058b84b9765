import type { Color } from '../../charts/names.js';
import type { Clock } from '../core/clock.js';
import type { Pod } from '../core/kubernetes.js';
import type { Api } from '../kube/api.js';
import type { PodExec } from '../kube/pod-exec.js';
import type { Tunnels } from '../kube/tunnels.js';
import type { ServiceAnswer, ServiceQuestion } from '../plan/service-questions.js';
import type { Reporter } from '../terminal/reporter.js';
import type { UrlAnswer } from './ask-url.js';
import type { CommandEnd, CommandRequest } from './command.js';
import type { Listener } from './events.js';
import type { Gate } from './gate.js';
import { type CheckResults, checkResults } from './results.js';

/** What a run has learned so far. */
export interface RunState {
  /** Pods that answered every check, as they were then, by UID. */
  readonly verified: Map<string, Pod>;
  /** The Pod template of a color as this run wrote or first saw it, in JSON: what is verified is of this one. */
  readonly templates: Map<Color, string>;
  /** Refusals and failures that stood before this run changed anything, as `standing` gives them. */
  readonly earlier: Set<string>;
  /** Ports of Pods that took a connection, by Pod UID. */
  readonly reached: Map<string, Set<number>>;
  /** What a color's own Service answered through the API server, by color and port of its Pods: `green:3000`. */
  readonly references: Map<string, Promise<ServiceAnswer>>;
  /** What the active Service has answered since the switch, and is asked again while it is watched. */
  readonly questions: ServiceQuestion[];
  /** UIDs of the objects that were there when the run was planned, and are the release's. */
  readonly own: Set<string>;
  /** Names of Services that another tool applies as well. */
  readonly appliedElsewhere: Set<string>;
  /** What was passed over because a person had decided so. */
  readonly forced: string[];
  /** What became of every check. */
  readonly results: CheckResults;
}

export function emptyRunState(results: CheckResults = checkResults()): RunState {
  return {
    verified: new Map(),
    templates: new Map(),
    earlier: new Set(),
    reached: new Map(),
    references: new Map(),
    questions: [],
    forced: [],
    own: new Set(),
    appliedElsewhere: new Set(),
    results,
  };
}

/** What one command runs with: its edges, and what it has learned so far. */
export interface Run extends RunState {
  readonly api: Api;
  readonly tunnels: Tunnels;
  /** What is asked from now on is asked in this step, in the words of the API server's audit log. */
  readonly enter: (step: string) => void;
  readonly clock: Clock;
  readonly reporter: Reporter;
  /** Tells the listeners what happens. The reporter does the same for texts. */
  readonly emit: Listener;
  /** Reads the user's answer to a question, by default whether to continue; undefined when stdin is closed. */
  readonly ask: (question: string, prompt?: string) => Promise<string | undefined>;
  /** Runs a program on this machine, with the user's environment and more. */
  readonly runCommand: (request: CommandRequest) => Promise<CommandEnd>;
  readonly execInPod: PodExec;
  /** URLs that clients ask, which must answer after a switch. */
  readonly probes: readonly string[];
  /** Asks a URL from this machine; no redirect is followed. */
  readonly askUrl: (url: string, timeoutMs: number, signal: AbortSignal) => Promise<UrlAnswer>;
  /** Aborted by SIGINT, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  readonly namespace: string;
  readonly release: string;
  readonly operationId: string;
  /** Who runs it: user@host. */
  readonly by: string;
  /** Milliseconds for one verification as a whole; undefined: as long as its checks take. */
  readonly verifyTimeoutMs?: number;
  /** Passed before traffic moves. */
  readonly gate: Gate;
}
