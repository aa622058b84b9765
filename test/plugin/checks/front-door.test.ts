import { describe, expect, test } from '@jest/globals';
import { proveFrontDoor, shownUrl, warnOfFrontDoor } from '../../../plugin/checks/front-door.js';
import { UnprovenError } from '../../../plugin/core/errors.js';
import type { UrlAnswer } from '../../../plugin/run/ask-url.js';
import { watchClients } from '../../../plugin/steps/actions/soak/watch-clients.js';
import { fakeRun } from '../fake-run.js';

const URL = 'https://shop.example/health';
const GOOD: UrlAnswer = { status: 200, ms: 3 };
const BAD: UrlAnswer = { status: 502, ms: 3 };

/** A URL that answers these in turn, the last for ever. */
function asking(...answers: UrlAnswer[]) {
  let asked = 0;
  const run = fakeRun({
    probes: [URL],
    askUrl: async () => answers[Math.min(asked++, answers.length - 1)] as UrlAnswer,
  });
  return { run, asked: () => asked };
}

describe('proveFrontDoor', () => {
  test('holds when the URL passes for 3 s: at first the old color may answer', async () => {
    const { run } = asking(GOOD);
    const started = run.clock.now();
    expect(await proveFrontDoor(run, 'green')).toEqual([{ url: URL, status: 200, ms: 3, attempts: 7 }]);
    expect(run.clock.now() - started).toBe(3000);
    expect([...run.results.values()]).toMatchObject([{ check: `probe ${URL}`, status: 'passed' }]);
  });

  test('begins anew after a failure', async () => {
    const { run } = asking(GOOD, GOOD, BAD, GOOD);
    expect(await proveFrontDoor(run, 'green')).toMatchObject([{ attempts: 10 }]);
  });

  test.each<[UrlAnswer[], string]>([
    [[GOOD, BAD], 'status is 502, want less than 400'],
    [[{ why: 'no answer in 5s' }], 'no answer in 5s'],
    [[{ status: 400, ms: 1 }], 'status is 400'],
  ])('does not hold when it goes on to answer %j', async (answers, why) => {
    const { run } = asking(...answers);
    const started = run.clock.now();
    const failed = proveFrontDoor(run, 'green');
    await expect(failed).rejects.toThrow(UnprovenError);
    await expect(failed).rejects.toThrow(`${URL} fails after traffic was moved: ${why}`);
    expect(run.clock.now() - started).toBe(30_000);
  });

  test('takes a redirect for an answer', async () => {
    expect(await proveFrontDoor(asking({ status: 302, ms: 1 }).run, 'green')).toMatchObject([{ status: 302 }]);
  });

  test('does nothing without a URL', async () => {
    expect(await proveFrontDoor(fakeRun(), 'green')).toEqual([]);
  });
});

test('a front door that fails before the switch is warned of', async () => {
  const { run } = asking(BAD);
  await warnOfFrontDoor(run);
  expect(run.log).toEqual([`warn ${URL} fails already before traffic moves: status is 502, want less than 400`]);
});

test('a URL is shown without what may be secret', () => {
  expect(shownUrl('https://ada:pass@shop.example/a?token=x')).toBe('https://shop.example/a?…');
});

describe('watchClients', () => {
  const watch = (...answers: UrlAnswer[]) => {
    const { run, asked } = asking(...answers);
    const stop = new AbortController();
    const started = run.clock.now();
    return {
      run,
      asked,
      stop,
      watched: watchClients(run, stop.signal),
      seconds: () => (run.clock.now() - started) / 1000,
    };
  };

  test('tells what fails twice in a row', async () => {
    const { watched, seconds } = watch(GOOD, BAD);
    expect(await watched.failing).toBe(`${URL} fails as a client asks it: status is 502, want less than 400`);
    expect(seconds()).toBe(22);
  });

  test('takes one failure alone for none', async () => {
    const { run, watched, asked, stop } = watch(BAD, GOOD, BAD, GOOD);
    watched.failing.catch(() => undefined);
    await run.clock.sleep(60_000);
    stop.abort();
    expect(asked()).toBeGreaterThanOrEqual(6);
    await expect(watched.failing).rejects.toThrow();
  });

  test('asks once more at the end', async () => {
    for (const [answer, found] of [
      [BAD, expect.stringContaining('status is 502')],
      [GOOD, undefined],
    ] as const) {
      const { watched, stop } = watch(answer);
      watched.failing.catch(() => undefined);
      expect(await watched.askLast()).toEqual(found);
      stop.abort();
    }
  });

  test('asks the Service as it was asked after the switch; an API server that is away is no failure', async () => {
    const run = fakeRun();
    const check = { name: 'a', path: '/health', status: [200], timeoutSeconds: 1, retries: 1, intervalSeconds: 1 };
    run.questions.push({ service: 'shop-active', port: { port: 80 }, number: 3000, check });
    const stop = new AbortController();
    const { failing } = watchClients(run, stop.signal);
    run.api.proxied = () => ({ status: 502, body: 'dial tcp 127.0.0.1:6443: connect: connection refused' });
    run.clock.after(35_000, () => {
      run.api.proxied = () => ({ status: 500 });
    });
    const started = run.clock.now();
    expect(await failing).toBe(
      'GET /health of service "shop-active", port 80 fails as a client asks it: status is 500, want 200',
    );
    expect(run.clock.now() - started).toBe(42_000);
  });
});
