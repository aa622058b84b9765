import type { Kubectl } from './kubectl.js';

export interface ExecEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a container of a Pod; never throws for how it ends. */
export type PodExec = (pod: string, container: string, argv: readonly string[]) => Promise<ExecEnd>;

const TIMEOUT_MS = 15_000;
const NO_SUCH_PROGRAM = /executable file not found|no such file or directory|not found in \$PATH/i;

/** Through `kubectl exec`. */
export function execWith(kubectl: Kubectl, namespace: string): PodExec {
  return async (pod, container, argv) => {
    const { execa } = await import('execa');
    const words = [
      'exec',
      pod,
      `--container=${container}`,
      `--namespace=${namespace}`,
      ...kubectl.flags,
      '--',
      ...argv,
    ];
    const end = await execa(kubectl.path, words, { reject: false, stdin: 'ignore', timeout: TIMEOUT_MS });
    return { exitCode: end.exitCode ?? -1, stdout: end.stdout ?? '', stderr: end.stderr ?? '' };
  };
}

/** Whether it was not the program that ended: from 126 on it could not be run, or was killed. */
export const couldNotRun = ({ exitCode, stderr }: ExecEnd): boolean => exitCode >= 126 || NO_SUCH_PROGRAM.test(stderr);

/** The server's words, where the user may not run anything in the Pod. */
export const forbiddenText = ({ stderr }: ExecEnd): string | undefined =>
  /\(Forbidden\)/.test(stderr) ? `forbidden: ${stderr.trim()}` : undefined;

/** The program's last line, not kubectl's about how it ended; of one that printed none, its exit code. */
export const endText = ({ exitCode, stderr }: ExecEnd): string =>
  stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('command terminated'))
    .at(-1) ?? `exit code ${exitCode}`;
