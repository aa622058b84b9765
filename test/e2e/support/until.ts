import { setTimeout } from 'node:timers/promises';

const PATIENCE_MS = 60_000;

/** Waits until something is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not so after ${PATIENCE_MS / 1000}s: ${isSo}`);
    await setTimeout(200);
  }
}
