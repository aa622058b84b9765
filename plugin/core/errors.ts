/** What a run ended with. The numbers are a contract with pipelines: see docs/operations/exit-codes.md. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  /** For diff alone, as for kubectl diff. */
  differences: 1,
  usage: 2,
  refused: 3,
  lostRace: 4,
  unproven: 5,
  rolledBack: 6,
  unknown: 7,
  /** As `refused`, and something that the run had changed could not be put back. */
  notPutBack: 8,
} as const;

/** An error that a user can act on: its message is printed as it is, without a stack. */
export abstract class BluegreenError extends Error {
  abstract readonly exitCode: number;
  /** Whether the message begins with `Error from server`, as kubectl prints it. */
  readonly isOfServer: boolean = false;
}

/** Wrong arguments or an invalid spec; the cluster was not asked. */
export class UsageError extends BluegreenError {
  override name = 'UsageError';
  readonly exitCode = EXIT.usage;
}

/** Refused or failed before the switch; traffic is where it was. */
export class RefusedError extends BluegreenError {
  override name = 'RefusedError';
  readonly exitCode = EXIT.refused;
}

/** A newer version of the plugin wrote what is to be read. */
export class NewerSchemaError extends RefusedError {
  override name = 'NewerSchemaError';
}

/** The question before the switch was answered with no, or not at all. */
export class NotConfirmedError extends RefusedError {
  override name = 'NotConfirmedError';
}

/** Failed before the switch, traffic is where it was, and something that the run had changed is not what it was. */
export class NotPutBackError extends BluegreenError {
  override name = 'NotPutBackError';
  readonly exitCode = EXIT.notPutBack;

  constructor(cause: Error, objects: readonly string[]) {
    super(`${cause.message}\nnot put back: ${objects.join(', ')}`, { cause });
  }
}

/** Another run was first, or the cluster is not as it was when the plan was made. This run has not moved traffic. */
export class LostRaceError extends BluegreenError {
  override name = 'LostRaceError';
  readonly exitCode = EXIT.lostRace;
}

/** Traffic was switched, but its proof or the watch after it did not complete. */
export class UnprovenError extends BluegreenError {
  override name = 'UnprovenError';
  readonly exitCode = EXIT.unproven;
}

/** Traffic was switched and, because the new color proved unhealthy, switched back. */
export class RolledBackError extends BluegreenError {
  override name = 'RolledBackError';
  readonly exitCode = EXIT.rolledBack;
}

/** It is not known where traffic is: the switch was sent, and neither answered nor readable afterwards. */
export class UnknownStateError extends BluegreenError {
  override name = 'UnknownStateError';
  readonly exitCode = EXIT.unknown;
}

/** No answer came: the server is not reachable, or the connection broke, or time ran out. */
export class UnreachableError extends BluegreenError {
  override name = 'UnreachableError';
  readonly exitCode = EXIT.refused;
}

/** Ended by a signal: exit code 128 + its number. */
export class InterruptedError extends BluegreenError {
  override name = 'InterruptedError';
  readonly exitCode: number;

  constructor(signal: string, number: number) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + number;
  }
}

/** The exit code of a run that ended with an error, or without one. */
export function exitCodeOf(error: unknown): number {
  if (error === undefined) return EXIT.done;
  return error instanceof BluegreenError ? error.exitCode : EXIT.unexpected;
}

/** The exit code of a command that goes on until a signal: ending it so is no error to speak of. */
export function exitCodeAfter({ reason }: AbortSignal): number {
  return reason instanceof InterruptedError ? reason.exitCode : EXIT.done;
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export interface StatusDetails {
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
}

/**
 * The API server's answer to a request that failed, in its own words.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export class ApiError extends BluegreenError {
  override name = 'ApiError';
  readonly exitCode = EXIT.refused;
  override readonly isOfServer = true;
  readonly status: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** The server's message alone. */
  readonly words: string;

  constructor(status: number, reason: string, message: string, details?: StatusDetails) {
    super(`Error from server (${reason}): ${message}`);
    this.details = details;
    this.status = status;
    this.reason = reason;
    this.words = message;
  }
}

/** Whether an object was written since it was read, or is there already: the next attempt begins with a read. */
export const isConflict = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 409;

/** Whether the same request may be answered a little later: no answer came, or the server has too much to do or a fault. */
export function isTransient(error: unknown): error is ApiError | UnreachableError {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
  return error instanceof UnreachableError;
}
