import { readdirSync, readFileSync } from 'node:fs';
import { until } from '../../cluster/wait.js';

const PATIENCE_MS = 10_000;

/** The command lines of the processes that run with this text in their environment: children inherit it. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => contentOf(`/proc/${pid}/environ`).includes(text))
    .map((pid) => `${pid} ${contentOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()}`);
}

/** A process that has ended has neither. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @throws ClusterError naming the processes that go on */
export async function untilGone(text: string): Promise<void> {
  const gone = async () => (processesWith(text).length === 0 ? true : undefined);
  await until(gone, { what: 'every process of a run to end', timeoutMs: PATIENCE_MS }).catch((cause) => {
    throw new Error(`these go on: ${processesWith(text).join('; ')}`, { cause });
  });
}
