import { arch, platform } from 'node:process';

/** For whom a request is: a command, and the step that it has come to. */
export interface Asker {
  readonly verb: string;
  step?: string;
}

/**
 * What a request's User-Agent says, and so the API server's audit log: which command of which version asked, and in which
 * step: `kubectl-bluegreen/0.1.0 (linux/x64) promote/switch`.
 *
 * @see https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
 */
export function userAgent({ verb, step }: Asker): string {
  const version = process.env.BLUEGREEN_VERSION ?? '0.0.0';
  return `kubectl-bluegreen/${version} (${platform}/${arch}) ${verb}${step === undefined ? '' : `/${step}`}`;
}
