import { type Color, colorServiceName } from '../../charts/names.js';
import { UnprovenError } from '../core/errors.js';
import type { Pod, Service } from '../core/kubernetes.js';
import { counted } from '../core/text.js';
import { resourcePath } from '../kube/resources.js';
import { podChecks } from '../plan/checks/kinds.js';
import { questionText, type ServiceAnswer, type ServiceQuestion, serviceQuestions } from '../plan/service-questions.js';
import type { Run } from '../run/context.js';
import { record } from '../run/results.js';
import { askService, askServiceUntil, PROXY_TIMEOUT_MS } from './ask-service.js';
import type { Subject } from './subject.js';

/*
 * What clients ask goes by the Service. The API server can be asked to go that way, but not on every cluster, and a program
 * may answer it differently (it has another Host header). So the same is asked before the switch through the color's own
 * Service: where that passes, the way is open and an answer counts.
 */

/** How long a request through the Service may fail after the switch: what the API server knows of it may be late. */
const TIMEOUT_MS = 10_000;

/** What was asked through a Service after the switch. */
export interface ServiceEvidence {
  /** Requests. */
  readonly asked: number;
  /** Ports whose last request passed. */
  readonly answered: number;
  /** What was asked: `GET /health of service "shop-active", port 80 (http)`. */
  readonly via: readonly string[];
}

const referenceKey = (color: Color, { number }: ServiceQuestion) => `${color}:${number}`;

/** Begins to ask a color's own Service what the active one is asked after the switch; nothing waits for it here. */
export function beginReferences(
  run: Run,
  color: Color,
  { metadata, spec }: Service,
  pods: readonly Pod[],
  { checks, port }: Pick<Subject, 'checks' | 'port'>,
): void {
  const [pod] = pods;
  if (!pod) return;
  const { questions } = serviceQuestions(metadata.name, spec.ports ?? [], pod, podChecks(checks), port);
  for (const question of questions) {
    const reference = askServiceUntil(run, question, PROXY_TIMEOUT_MS, ['refused']).then(({ last }) => last);
    reference.catch(() => undefined);
    run.references.set(referenceKey(color, question), reference);
  }
}

/** What a service proof found out, for a proof that holds. */
export interface ServiceProof {
  readonly requests: ServiceEvidence;
  readonly notAsked: readonly string[];
}

/**
 * Asks the Service as a client would, through the API server, until each of its ports that a check asks has passed once.
 *
 * @param pods - the ready ones of the color
 * @throws UnprovenError when a port never passes, and the color's own Service has passed the same before
 */
export async function proveService(
  run: Run,
  color: Color,
  { metadata, spec }: Service,
  [pod]: readonly Pod[],
  { checks, port }: Pick<Subject, 'checks' | 'port'>,
): Promise<ServiceProof> {
  if (!pod) throw new UnprovenError(`service "${metadata.name}" selects ${color}, which has no ready Pod any more`);
  const { questions, notAsked } = serviceQuestions(metadata.name, spec.ports ?? [], pod, podChecks(checks), port);
  const ends = await Promise.all(questions.map((question) => prove(run, color, question)));
  const passed = ends.filter(({ why }) => why === undefined);
  run.questions.push(...passed.map(({ question }) => question));
  return {
    requests: {
      asked: ends.reduce((sum, { asked }) => sum + asked, 0),
      answered: passed.length,
      via: ends.filter(({ asked }) => asked > 0).map(({ question }) => questionText(question)),
    },
    notAsked: [...notAsked, ...new Set(ends.flatMap(({ why }) => why ?? []))],
  };
}

interface End {
  readonly question: ServiceQuestion;
  readonly asked: number;
  /** Why nothing is said about the Service; undefined when it passed. */
  readonly why?: string;
}

async function prove(run: Run, color: Color, question: ServiceQuestion): Promise<End> {
  const before = await run.references.get(referenceKey(color, question));
  if (before?.kind === 'closed') return { question, asked: 0, why: closedText(before.why) };
  // Where the color's own Service does not pass, an answer tells that the Service leads somewhere, and no more.
  const doubted = before?.kind === 'failed' || before?.kind === 'refused';
  const repeats = doubted ? (['away'] as const) : (['failed', 'refused', 'away'] as const);
  const check = { color, check: `through service "${question.service}"`, kind: `GET ${question.check.path}` };
  const { last, asked } = await askServiceUntil(run, question, TIMEOUT_MS, repeats);
  if (last.kind === 'passed') {
    record(run.results, { ...check, status: 'passed', seconds: last.ms / 1000 });
    return { question, asked };
  }
  if (last.kind === 'closed') return { question, asked, why: closedText(last.why) };
  if (last.kind === 'away') return { question, asked, why: `the API server did not answer: ${last.why}` };
  const own = colorServiceName(run.release, color);
  const reference = before ?? (await askOwn(run, own, question));
  if (reference !== undefined && reference.kind !== 'passed')
    return {
      question,
      asked,
      why: `${questionText(question)} through the API server is not judged: ${last.why}, and service "${own}" does not pass it either: ${reference.why}`,
    };
  const message =
    `${questionText(question)} fails as a client asks it: ${last.why}, after ${counted(asked, 'request')} in ` +
    `${TIMEOUT_MS / 1000}s${reference ? `; service "${own}" passes the same` : ''}`;
  record(run.results, { ...check, status: 'failed', seconds: TIMEOUT_MS / 1000, message });
  throw new UnprovenError(message);
}

const closedText = (why: string) => `the Service was not asked through the API server: ${why}`;

/** For a run that goes on after one that was cut off, and so has not verified the color itself. */
async function askOwn(run: Run, service: string, question: ServiceQuestion): Promise<ServiceAnswer | undefined> {
  const own = await run.api.find<Service>(resourcePath('Service', run.namespace, service)).catch(() => undefined);
  const port = own?.spec.ports?.find((one) => one.name === question.port.name && one.port === question.port.port);
  return port && (await askService(run, { ...question, service, port }));
}
