import { inTurn } from '../in-turn.js';
import { run } from '../process.js';
import { createWarmRelease, LIGHT, scale } from '../release.js';
import type { Bench, Measured, Section } from '../section.js';

const PODS = 100;

async function measure(bench: Bench): Promise<Measured> {
  const release = await createWarmRelease('memory', LIGHT);
  const kubectl: number[] = [];
  const peakMb = async (...args: string[]) => {
    const argv = ['kubectl-bluegreen', ...args, '-n', release.namespace] as [string, ...string[]];
    const ran = await run({ argv, memory: true }, bench.signal);
    kubectl.push(ran.childrenPeakMb);
    return ran.peakMb;
  };
  try {
    const small = await inTurn(bench, { status: () => peakMb('status', 'shop') });
    bench.progress(`${PODS} Pods`);
    await scale(release, 'green', PODS);
    await peakMb('promote', 'shop', '--to=green', '--yes');
    await scale(release, 'blue', 2);
    // What is rolled back to is verified as well; blue has few Pods, so that both fit on the node.
    const large: number[] = [];
    for (let round = 0; round < bench.runs; round++) {
      await peakMb('rollback', 'shop', '--to=blue');
      large.push(await peakMb('promote', 'shop', '--to=green', '--yes'));
      bench.progress(`promote of ${PODS} Pods, round ${round + 1} of ${bench.runs}`);
    }
    return {
      how:
        'VmHWM of the process itself, on Node, in MB of 10^6 bytes; `kubectl` is counted apart: at most ' +
        `${Math.max(...kubectl).toFixed(0)} MB for all of a run's.`,
      rows: [
        { what: '`status`', unit: 'MB', ours: small.status, targets: [{ atMost: 90 }] },
        { what: `\`promote\` of ${PODS} Pods`, unit: 'MB', ours: large, targets: [{ atMost: 150 }] },
      ],
    };
  } finally {
    await release.remove();
  }
}

export const memory: Section = { name: 'memory', title: 'Memory', measure };
