import { createNamespace, deleteNamespace } from '../../demo/namespace.js';
import { measurePair, type Pair, prepare } from '../measure.js';
import type { Bench, Measured, Section } from '../section.js';

const NAMESPACE = 'bluegreen-bench';
const SCRIPT = "the seed's script";
const AWAKE = 'the script without its fixed sleeps of 10 s';
/** A pair takes more than a minute. */
const MOST_PAIRS = 10;
const FIXED_SLEEPS = 10;

async function measure({ runs, signal, progress }: Bench): Promise<Measured> {
  await createNamespace(NAMESPACE);
  try {
    await prepare(NAMESPACE, signal);
    const pairs: Pair[] = [];
    for (let n = 0; n < Math.min(runs, MOST_PAIRS); n++) {
      const pair = await measurePair(NAMESPACE, n, signal);
      pairs.push(pair);
      progress(`pair ${n + 1}: script ${pair.script.toFixed(1)} s, promote ${pair.promote.toFixed(1)} s`);
    }
    const script = pairs.map((pair) => pair.script);
    return {
      how:
        'engine-ops, 2 replicas with their default probes, `yes` on stdin, one after the other, each after all Pods of the run before are ' +
        'gone. The script is [seed-deploy.sh](seed-deploy.sh), promote is `kubectl bluegreen promote engine-ops --version V`. ' +
        'Overhead is what is left of promote without the time from the first new Pod until the last one is ready.',
      rows: [
        {
          what: 'deploy and promote, in all',
          unit: 's',
          ours: pairs.map((pair) => pair.promote),
          peers: [
            { name: SCRIPT, values: script },
            { name: AWAKE, values: script.map((seconds) => seconds - FIXED_SLEEPS) },
          ],
          targets: [{ atMost: 0.45, of: SCRIPT }],
          note: "16 or 20 s are the Pods' own: the kubelet asks every 5 s, and wants to hear twice that they are ready",
        },
        { what: 'of that, overhead', unit: 's', ours: pairs.map((pair) => pair.overhead), targets: [{ atMost: 1 }] },
      ],
    };
  } finally {
    await deleteNamespace(NAMESPACE);
  }
}

export const release: Section = { name: 'release', title: 'A release, from version to traffic', measure };
