import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Names a process so that nothing else ever has its name: the machine's boot, the namespace in which its number counts, the
 * number, and when it started, in clock ticks after the boot.
 *
 * @returns undefined where there is no such name, as outside of Linux, or no such process
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
export function processIdentity(pid: number = process.pid): string | undefined {
  const place = ownPlace();
  const started = place && startTime(pid);
  return started && [...place, pid, started].join(':');
}

/** Whether the process of that name is known to have ended: of this boot and namespace, and not to be found any more. */
export function hasEnded(identity: string): boolean {
  const [boot, namespace, pid, started] = identity.split(':');
  const place = ownPlace();
  if (!place || !started || boot !== place[0] || namespace !== place[1]) return false;
  return startTime(Number(pid)) !== started;
}

function ownPlace(): [boot: string, namespace: string] | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const namespace = /\[(\d+)\]/.exec(readlinkSync('/proc/self/ns/pid'))?.[1];
    return namespace ? [boot, namespace] : undefined;
  } catch {
    return undefined;
  }
}

/** A zombie counts as ended: it does nothing any more. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it, in parentheses, may hold spaces and parentheses itself.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : rest[18];
  } catch {
    return undefined;
  }
}
