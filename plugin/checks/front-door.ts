import type { Color } from '../../charts/names.js';
import { UnprovenError } from '../core/errors.js';
import type { Run } from '../run/context.js';
import { recorded } from '../run/results.js';

/** For one answer of a URL. */
const TIMEOUT_MS = 5000;
/** What is in front of a Service may learn of a switch late. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;
/** For so long it must pass every time: at first it may be the old color that answers, by a kube-proxy that is late. */
const SETTLE_MS = 3000;

/** What a URL that clients ask answered after a switch. */
export interface ProbeEvidence {
  readonly url: string;
  readonly status: number;
  readonly ms: number;
  readonly attempts: number;
}

/** Why a URL does not pass; undefined where it answers with less than 400. */
export async function whyNotPassed(run: Run, url: string, signal = run.signal): Promise<string | undefined> {
  const answer = await ask(run, url, signal);
  return 'why' in answer ? answer.why : undefined;
}

/** A front door that fails before the switch may fail for a reason of its own after it. */
export async function warnOfFrontDoor(run: Run): Promise<void> {
  await Promise.all(
    run.probes.map(async (url) => {
      const why = await whyNotPassed(run, url);
      if (why !== undefined) run.reporter.warn(`${shownUrl(url)} fails already before traffic moves: ${why}`);
    }),
  );
}

/** @throws UnprovenError when a URL fails again and again for 30 s after the switch */
export function proveFrontDoor(run: Run, color: Color): Promise<ProbeEvidence[]> {
  const deadline = run.clock.now() + PATIENCE_MS;
  return Promise.all(
    run.probes.map((url) => {
      const check = { color, check: `probe ${shownUrl(url)}`, kind: 'GET' };
      return recorded(run, check, () => prove(run, url, deadline));
    }),
  );
}

async function prove(run: Run, url: string, deadline: number): Promise<ProbeEvidence> {
  let since: number | undefined;
  let told = '';
  for (let attempts = 1; ; attempts++) {
    const answer = await ask(run, url, run.signal);
    const now = run.clock.now();
    if (!('why' in answer)) {
      since ??= now;
      if (now - since >= SETTLE_MS) return { url: shownUrl(url), ...answer, attempts };
      await run.clock.sleep(AGAIN_MS, run.signal);
      continue;
    }
    since = undefined;
    if (now >= deadline)
      throw new UnprovenError(
        `${shownUrl(url)} fails after traffic was moved: ${answer.why}, after ${attempts} requests in ${PATIENCE_MS / 1000}s`,
      );
    if (answer.why !== told)
      run.reporter.info(`${shownUrl(url)}: ${answer.why}, asked again for ${PATIENCE_MS / 1000}s`);
    told = answer.why;
    await run.clock.sleep(AGAIN_MS, run.signal);
  }
}

async function ask(
  run: Run,
  url: string,
  signal: AbortSignal,
): Promise<{ status: number; ms: number } | { why: string }> {
  const answer = await run.askUrl(url, TIMEOUT_MS, signal);
  if ('why' in answer || answer.status < 400) return answer;
  return { why: `status is ${answer.status}, want less than 400` };
}

/** Without what may be secret: a user and password, and the query. */
export function shownUrl(text: string): string {
  const url = new URL(text);
  return `${url.origin}${url.pathname}${url.search ? '?…' : ''}`;
}
