import { askService } from '../../../checks/ask-service.js';
import { shownUrl, whyNotPassed } from '../../../checks/front-door.js';
import { questionText } from '../../../plan/service-questions.js';
import type { Run } from '../../../run/context.js';

const INTERVAL_MS = 10_000;
/** After a failure: one alone may be of a Pod that is just leaving. */
const AGAIN_MS = 2000;

/** What clients ask, asked again and again while a color is watched. */
export interface ClientWatch {
  /** Resolves with why, as soon as something that passed after the switch has failed twice in a row. */
  readonly failing: Promise<string>;
  /** Asks everything once more, and what fails a second time. */
  askLast(): Promise<string | undefined>;
}

/** Asks what the active Service has answered after the switch, and the URLs of --probe, until the signal. */
export function watchClients(run: Run, signal: AbortSignal): ClientWatch {
  const asked = [
    ...run.questions.map((question) => ({
      name: questionText(question),
      async why() {
        const answer = await askService(run, question);
        // Where the API server is away, or has lost the way to the Pods, nothing is said about the Service.
        return answer.kind === 'failed' || answer.kind === 'refused' ? answer.why : undefined;
      },
    })),
    ...run.probes.map((url) => ({ name: shownUrl(url), why: () => whyNotPassed(run, url, signal) })),
  ];
  const askTwice = async ({ name, why }: (typeof asked)[number]): Promise<string | undefined> => {
    if ((await why()) === undefined) return undefined;
    await run.clock.sleep(AGAIN_MS, signal);
    const again = await why();
    return again && `${name} fails as a client asks it: ${again}`;
  };
  const askLast = async () => (await Promise.all(asked.map(askTwice))).find((why) => why !== undefined);
  return { failing: asked.length > 0 ? repeat(run, askLast, signal) : new Promise(() => undefined), askLast };
}

async function repeat(run: Run, ask: () => Promise<string | undefined>, signal: AbortSignal): Promise<string> {
  for (;;) {
    await run.clock.sleep(INTERVAL_MS, signal);
    const why = await ask();
    if (why !== undefined) return why;
  }
}
