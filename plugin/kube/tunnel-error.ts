export interface Refusal {
  readonly status: number;
  readonly byApiServer: boolean;
}

/** The tunnel to a Pod could not be made or broke: nothing is said about the Pod's health. */
export class TunnelError extends Error {
  override name = 'TunnelError';
  /** What refused the upgrade to a WebSocket, when that was refused: the API server, or something on the way to it. */
  readonly refusal: Refusal | undefined;

  constructor(message: string, options?: ErrorOptions & { refusal?: Refusal }) {
    super(message, options);
    this.refusal = options?.refusal;
  }
}

/** The tunnel leads to the Pod, and nothing listens on the port there: that is the Pod's own answer. */
export class PortClosedError extends TunnelError {
  override name = 'PortClosedError';

  constructor(pod: string, port: number, options?: ErrorOptions) {
    super(`connection refused on port ${port} of pod "${pod}"`, options);
  }
}

/** What a kubelet says of the far end of a tunnel, as an error: the words for a closed port differ from runtime to runtime. */
export function farEndError(pod: string, port: number, words: string): TunnelError {
  return isRefusal(words)
    ? new PortClosedError(pod, port, { cause: new Error(words) })
    : new TunnelError(`pod "${pod}" port ${port}: ${words}`);
}

export const isRefusal = (words: string): boolean => /connection refused/i.test(words);
