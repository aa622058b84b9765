import { argoRollouts } from '../argo.js';
import { inTurn } from '../in-turn.js';
import { run } from '../process.js';
import { createWarmRelease } from '../release.js';
import type { Bench, Measured, Peer, Row, Section, Target } from '../section.js';
import { NOT_BUILT, STANDALONE } from '../standalone.js';

async function measure(bench: Bench): Promise<Measured> {
  const release = await createWarmRelease('switch');
  const timed =
    (program: string) =>
    async (...args: string[]) =>
      (await run({ argv: [program, ...args, '-n', release.namespace] }, bench.signal)).seconds;
  const [onNode, kubectl] = [timed('kubectl-bluegreen'), timed('kubectl')];
  const alone = STANDALONE === undefined ? undefined : timed(STANDALONE);
  const argo = argoRollouts();
  try {
    // Each promotion goes from blue to green, and each rollback from green to blue.
    const values = await inTurn(bench, {
      promote: () => onNode('promote', 'shop', '--to=green', '--yes'),
      rollback: () => onNode('rollback', 'shop', '--to=blue'),
      ...(alone && {
        promoteAlone: () => alone('promote', 'shop', '--to=green', '--yes'),
        rollbackAlone: () => alone('rollback', 'shop', '--to=blue'),
        statusAlone: () => alone('status', 'shop'),
      }),
      patch: (round) => kubectl('annotate', 'service/shop-preview', `bench=${round}`, '--overwrite'),
      status: () => onNode('status', 'shop'),
      get: () => kubectl('get', 'services'),
    });
    const annotate: Peer = { name: 'one `kubectl annotate`', values: values.patch };
    const lines: { what: string; onNode: number[]; alone?: number[]; peers: Peer[]; target: Target }[] = [
      {
        what: '`promote` to a color that is deployed',
        onNode: values.promote,
        ...(values.promoteAlone && { alone: values.promoteAlone }),
        peers: [{ name: argo.name, quoted: argo.quoted.promote }, annotate],
        target: { atMost: 1, of: argo.name },
      },
      {
        what: '`rollback` to a warm color',
        onNode: values.rollback,
        ...(values.rollbackAlone && { alone: values.rollbackAlone }),
        peers: [annotate],
        target: { atMost: 0.6 },
      },
      {
        what: '`status` of a release',
        onNode: values.status,
        ...(values.statusAlone && { alone: values.statusAlone }),
        peers: [
          { name: argo.name, quoted: argo.quoted.get },
          { name: '`kubectl get services`', values: values.get },
        ],
        target: { atMost: 1, of: argo.name },
      },
    ];
    return {
      how:
        'Whole processes, 2 Pods a color, both ready and at the version that is wanted. A promotion checks every Pod, switches, and ends ' +
        'when the EndpointSlices have held exactly the new Pods in three reads. Argo Rollouts: from `promote` to Healthy.' +
        (alone ? '' : ` ${NOT_BUILT}`),
      rows: lines.flatMap(({ what, onNode: node, alone: single, peers, target }): Row[] => [
        { what: `${what}, on Node`, unit: 's', ours: node, peers, targets: [target] },
        ...(single
          ? [{ what: `${what}, standalone`, unit: 's' as const, ours: single, peers, targets: [target] }]
          : []),
      ]),
    };
  } finally {
    await release.remove();
  }
}

export const switching: Section = { name: 'switch', title: 'Promote and rollback of what is deployed', measure };
