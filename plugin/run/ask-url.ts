import { got, TimeoutError } from 'got';

/** What a URL answered, or why it did not. */
export type UrlAnswer = { readonly status: number; readonly ms: number } | { readonly why: string };

/** Asks a URL as a client on this machine would: no redirect is followed, and of the answer only the status is read. */
export async function askUrl(url: string, timeoutMs: number, signal: AbortSignal): Promise<UrlAnswer> {
  const started = performance.now();
  const request = got.stream(url, {
    headers: { 'user-agent': 'kubectl-bluegreen' },
    timeout: { request: timeoutMs },
    throwHttpErrors: false,
    followRedirect: false,
    retry: { limit: 0 },
    signal,
  });
  try {
    return await new Promise<UrlAnswer>((resolve, reject) => {
      request.once('response', ({ statusCode }: { statusCode: number }) =>
        resolve({ status: statusCode, ms: Math.round(performance.now() - started) }),
      );
      request.once('error', reject);
      request.once('end', () => reject(new Error('the connection was closed without an answer')));
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TimeoutError) return { why: `no answer in ${timeoutMs / 1000}s` };
    return { why: (error as Error).message };
  } finally {
    request.on('error', () => undefined);
    request.destroy();
  }
}
