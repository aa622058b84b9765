import { AUDITED_NAMESPACE } from '../../cluster/cluster.js';
import { existingContext } from '../../cluster/existing.js';
import { createNamespace } from '../../demo/namespace.js';
import { releaseIn } from '../../e2e/support/release.js';
import { type Asked, askedBy } from '../asked.js';
import { LIGHT, scale } from '../release.js';
import type { Bench, Measured, Section } from '../section.js';

const [FEW, MANY] = [2, 10];
const AS_FEW = `with ${FEW} Pods`;

async function measure({ signal, progress }: Bench): Promise<Measured> {
  if (existingContext()) return { how: "Not measured: it is read from the test cluster's own audit log.", rows: [] };
  await createNamespace(AUDITED_NAMESPACE);
  const release = releaseIn(AUDITED_NAMESPACE, LIGHT);
  await release.install();
  const promote = (to: string) => askedBy('promote', ['shop', `--to=${to}`, '--yes', '-n', AUDITED_NAMESPACE], signal);
  try {
    const few = await promote('green');
    for (const color of ['blue', 'green']) await scale(release, color, MANY);
    progress(`${MANY} Pods`);
    const many = await promote('blue');
    return {
      how:
        `What one promotion to a color that is deployed asks, counted from the API server's audit log, with ${FEW} and with ${MANY} Pods. ` +
        "Who asks is the step, as each request's User-Agent says it. One port-forward a Pod; `prove` reads until the EndpointSlices have " +
        'followed, as often as that takes, and `wait` may give its watches up before they have begun: the rest is fixed.',
      rows: [
        {
          what: `fixed requests of a promotion, with ${MANY} Pods`,
          unit: 'requests',
          ours: [sum(many, isFixed)],
          peers: [{ name: AS_FEW, values: [sum(few, isFixed)] }],
          targets: [{ atMost: 1, of: AS_FEW }],
        },
        {
          what: `port-forwards, with ${MANY} Pods`,
          unit: 'requests',
          ours: [sum(many, isTunnel)],
          peers: [{ name: AS_FEW, values: [sum(few, isTunnel)] }],
          targets: [{ atMost: MANY / FEW, of: AS_FEW }],
        },
      ],
      also: tableOf(few, many),
    };
  } finally {
    await release.remove();
  }
}

const isTunnel = ({ request }: Asked) => request.endsWith('/portforward');
const isFixed = (asked: Asked) => !isTunnel(asked) && asked.step !== 'prove' && !asked.request.startsWith('watch ');
const sum = (all: readonly Asked[], belongs: (asked: Asked) => boolean) =>
  all.filter(belongs).reduce((total, { count }) => total + count, 0);

function tableOf(few: readonly Asked[], many: readonly Asked[]): string {
  const countIn = (all: readonly Asked[], { step, request }: Asked) =>
    all.find((one) => one.step === step && one.request === request)?.count ?? 0;
  const onlyMany = many.filter((asked) => countIn(few, asked) === 0);
  const rows = [...few, ...onlyMany].map(
    (asked) => `| ${asked.step} | \`${asked.request}\` | ${countIn(few, asked)} | ${countIn(many, asked)} |`,
  );
  return [`| step | request | ${FEW} Pods | ${MANY} Pods |`, '| --- | --- | --- | --- |', ...rows].join('\n');
}

export const cost: Section = { name: 'cost', title: 'Requests of a promotion', measure };
