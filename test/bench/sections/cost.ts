import { isRepeated, isTunnel, type Requests, requestsOf, sumOf } from '../../reliability/support/requests.js';
import { createWarmRelease, LIGHT, scale } from '../release.js';
import type { Bench, Measured, Section } from '../section.js';

const [FEW, MANY] = [2, 10];

async function measure(bench: Bench): Promise<Measured> {
  const release = await createWarmRelease('cost', LIGHT);
  const promote = (to: string) => requestsOf(['promote', 'shop', `--to=${to}`, '--yes', '-n', release.namespace]);
  try {
    const few = await promote('green');
    for (const color of ['blue', 'green']) await scale(release, color, MANY);
    bench.progress(`${MANY} Pods`);
    const many = await promote('blue');
    const fixed = (requests: Requests) => sumOf(requests, (shape) => !isRepeated(shape) && !isTunnel(shape));
    const shapes = [...new Set([...few.keys(), ...many.keys()])].sort();
    return {
      how:
        `What one promotion to a color that is deployed asks of the API server, counted at the socket of \`kubectl proxy\`, with ${FEW} and ` +
        `with ${MANY} Pods: ${fixed(few)} and ${fixed(many)} requests whatever the size, ${sumOf(few, isTunnel)} and ${sumOf(many, isTunnel)} ` +
        'port-forwards, one for each Pod; the rest is what is watched or read until the EndpointSlices have followed.',
      rows: [],
      also: [
        `| request | ${FEW} Pods | ${MANY} Pods |`,
        '| --- | --- | --- |',
        ...shapes.map((shape) => `| \`${shape}\` | ${few.get(shape) ?? 0} | ${many.get(shape) ?? 0} |`),
      ].join('\n'),
    };
  } finally {
    await release.remove();
  }
}

export const cost: Section = { name: 'cost', title: 'Requests of a promotion', measure };
