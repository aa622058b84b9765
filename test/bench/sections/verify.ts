import { inTurn } from '../in-turn.js';
import { run } from '../process.js';
import { createWarmRelease, LIGHT, scale } from '../release.js';
import type { Bench, Measured, Section } from '../section.js';

const FORWARDS = '8 parallel `kubectl port-forward` and curl';
const [SOME, MANY] = [18, 100];
const MOST_RUNS_OF_MANY = 10;

async function measure(bench: Bench): Promise<Measured> {
  const release = await createWarmRelease('verify', LIGHT);
  const { namespace } = release;
  const verify = async () =>
    (await run({ argv: ['kubectl-bluegreen', 'verify', 'shop', '-n', namespace] }, bench.signal)).seconds;
  const forward = async () =>
    (await run({ argv: ['test/bench/port-forward.sh', namespace, 'app=shop,version=green'] }, bench.signal)).seconds;
  try {
    await scale(release, 'green', SOME);
    const some = await inTurn(bench, { verify, forward });
    bench.progress(`${MANY} Pods`);
    await scale(release, 'green', MANY);
    const many = await inTurn({ ...bench, runs: Math.min(bench.runs, MOST_RUNS_OF_MANY) }, { verify });
    return {
      how: 'Whole processes; three paths of each Pod, of the idle color. `verify` also compares the EndpointSlices with the Pods.',
      rows: [
        {
          what: `\`verify\` of ${SOME} Pods`,
          unit: 's',
          ours: some.verify,
          peers: [{ name: FORWARDS, values: some.forward }],
          targets: [{ atMost: 0.6 }, { atMost: 0.4, of: FORWARDS }],
        },
        { what: `\`verify\` of ${MANY} Pods`, unit: 's', ours: many.verify, targets: [{ atMost: 2 }] },
      ],
    };
  } finally {
    await release.remove();
  }
}

export const verify: Section = { name: 'verify', title: 'Verification', measure };
