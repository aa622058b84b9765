export interface Refusal {
  readonly status: number;
  readonly byApiServer: boolean;
}

/** The tunnel to a Pod could not be made or broke: nothing is said about the Pod's health. */
export class TunnelError extends Error {
  override name = 'TunnelError';
  /** What refused the upgrade to a WebSocket, when that was refused: the API server, or something on the way to it. */
  readonly refusal: Refusal | undefined;
  /** Whether it was the Pod that refused: the tunnel leads to it, but nothing listens there. */
  readonly isRefused: boolean;

  constructor(message: string, options?: ErrorOptions & { refusal?: Refusal; isRefused?: boolean }) {
    super(message, options);
    this.refusal = options?.refusal;
    this.isRefused = options?.isRefused ?? false;
  }
}
