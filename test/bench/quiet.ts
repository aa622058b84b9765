import { cpus } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { Bench } from './section.js';

const SAMPLE_MS = 2000;
const PATIENCE_MS = 180_000;
/** Of all cores; a test cluster at rest takes a few hundredths. */
const QUIET = 0.15;

/** Waits until the machine is done with what came before, such as controllers that go on with thousands of new Pods. */
export async function untilQuiet({ signal, progress }: Bench): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const before = spent();
    await setTimeout(SAMPLE_MS, undefined, { signal });
    const after = spent();
    const busy = (after.busy - before.busy) / (after.all - before.all);
    if (busy <= QUIET) return;
    const percent = `${Math.round(busy * 100)} %`;
    if (Date.now() > end) throw new Error(`the machine is ${percent} busy, after ${PATIENCE_MS / 1000}s`);
    progress(`waiting: the machine is ${percent} busy`);
  }
}

/** Milliseconds of all cores since they started. */
function spent(): { busy: number; all: number } {
  const times = cpus().map(({ times: of }) => of);
  const all = times.reduce((sum, of) => sum + of.user + of.nice + of.sys + of.idle + of.irq, 0);
  return { busy: all - times.reduce((sum, { idle }) => sum + idle, 0), all };
}
