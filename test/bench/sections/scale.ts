import { isRepeated, isTunnel, requestsOf, sumOf } from '../../reliability/support/requests.js';
import { createCrowd } from '../crowd.js';
import { inTurn } from '../in-turn.js';
import { run } from '../process.js';
import { createWarmRelease } from '../release.js';
import type { Bench, Measured, Section } from '../section.js';

const RELEASES = 300;
const REPLICAS = 5;

async function measure(bench: Bench): Promise<Measured> {
  const release = await createWarmRelease('scale');
  const timed = async (...args: string[]) =>
    (await run({ argv: ['kubectl-bluegreen', ...args] }, bench.signal)).seconds;
  const switches = {
    promote: () => timed('promote', 'shop', '--to=green', '--yes', '-n', release.namespace),
    rollback: () => timed('rollback', 'shop', '--to=blue', '-n', release.namespace),
  };
  const fixed = async () => {
    await timed('rollback', 'shop', '--to=blue', '-n', release.namespace);
    const requests = await requestsOf(['promote', 'shop', '--to=green', '--yes', '-n', release.namespace]);
    return sumOf(requests, (shape) => !isRepeated(shape) && !isTunnel(shape));
  };
  try {
    const alone = await inTurn(bench, switches);
    const requestsAlone = await fixed();
    const crowd = await createCrowd(RELEASES, REPLICAS, bench.progress);
    try {
      const crowded = await inTurn(bench, { ...switches, status: () => timed('status', '-A') });
      return {
        how:
          `${RELEASES} releases of two colors with ${REPLICAS} Pods each, ${RELEASES * 2 * REPLICAS} Pods, whose kubelets kwok plays, on the same API ` +
          'server; one more release of 2 Pods a color really runs. What it takes to promote that one is compared with before they came: ' +
          'not in turn, so a machine that was busier for a while counts.',
        rows: [
          {
            what: `\`status -A\` of ${RELEASES + 1} releases`,
            unit: 's',
            ours: crowded.status,
            targets: [{ atMost: 2 }],
          },
          {
            what: '`promote` to a color that is deployed',
            unit: 's',
            ours: crowded.promote,
            peers: [{ name: 'without the others', values: alone.promote }],
            targets: [{ atMost: 1.2, of: 'without the others' }],
          },
          {
            what: 'requests of that promotion, but for repeated reads',
            unit: 'requests',
            ours: [await fixed()],
            peers: [{ name: 'without the others', values: [requestsAlone] }],
            targets: [{ atMost: 1, of: 'without the others' }],
          },
        ],
      };
    } finally {
      await crowd.remove();
    }
  } finally {
    await release.remove();
  }
}

export const scaled: Section = { name: 'scale', title: 'A large cluster', measure };
