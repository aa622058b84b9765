/** A failure that the message explains completely; the command line prints it without a stack. */
export class ClusterError extends Error {
  override name = 'ClusterError';
}

/** Bad arguments: exit code 2. */
export class UsageError extends ClusterError {
  override name = 'UsageError';
}

/** Progress goes to stderr: stdout holds only what a script reads. */
export function report(line: string): void {
  process.stderr.write(`${line}\n`);
}
