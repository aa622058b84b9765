import { setTimeout } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** Waits until something is so. */
export async function until(isSo: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not so after ${patienceMs / 1000}s: ${isSo}`);
    await setTimeout(200);
  }
}
