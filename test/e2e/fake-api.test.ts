import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { KubernetesObject } from '../../plugin/core/kubernetes.js';
import { paths } from '../../plugin/plan/fields/paths.js';
import { type FieldSet, intersection } from '../../plugin/plan/fields/set.js';
import { compare } from '../plugin/server/compare.js';
import { content, isMap } from '../plugin/server/values.js';
import { type SharedProxy, startSharedProxy } from '../reliability/races/api.js';
import { rounds, SOAK } from '../reliability/support/soak.js';
import { createNamespace, deleteNamespace } from './support/cluster.js';
import { deploymentMoves, serviceMoves } from './support/twin-moves.js';
import { type Answer, fakeServer, type Move, managersOf, realServer, type Server } from './support/twins.js';

jest.setTimeout(rounds(120_000, 3_600_000));

const RUNS = rounds(25, 500);

let proxy: SharedProxy;
let namespace: string;
let real: Server;

beforeAll(async () => {
  proxy = await startSharedProxy();
  namespace = await createNamespace('twins');
  real = realServer(proxy.http);
});
afterAll(async () => {
  proxy?.stop();
  await deleteNamespace(namespace);
});

let count = 0;

test.each([
  ['Deployment', deploymentMoves, () => `/apis/apps/v1/namespaces/${namespace}/deployments`],
  ['Service', serviceMoves, () => `/api/v1/namespaces/${namespace}/services`],
])('the fake API server treats a %s as the real one does', async (kind, movesOf, collection) => {
  const property = fc.asyncProperty(movesOf('NAME'), async (moves) => {
    const name = `${kind.toLowerCase()}-${count++}`;
    await playBoth(
      `${collection()}/${name}`,
      moves.map((move) => named(move, name)),
      kind === 'Service',
    );
  });
  await fc.assert(property, {
    numRuns: RUNS,
    ...(!SOAK && { seed: 7 }),
    interruptAfterTimeLimit: rounds(60_000, 1_200_000),
  });
});

function named(move: Move, name: string): Move {
  if (move.verb !== 'apply') return move;
  return { ...move, object: { ...move.object, metadata: { ...move.object.metadata, name } } };
}

/** @param isAlone - no controller writes the object, so that each resourceVersion is a write of this test */
async function playBoth(path: string, moves: readonly Move[], isAlone: boolean): Promise<void> {
  const fake = fakeServer();
  for (const move of moves) {
    const before = [await real.read(path), await fake.read(path)] as const;
    const answers = [await real.play(path, move), await fake.play(path, move)] as const;
    expect(shown(answers[1])).toEqual(shown(answers[0]));
    const after = [await real.read(path), await fake.read(path)] as const;
    expect(after[1] === undefined).toBe(after[0] === undefined);
    if (!after[0] || !after[1]) continue;
    const [wanted, seen] = [seenOf(after[0], after[1]), seenOf(after[1], after[1])];
    expect({ move, ...seen }).toEqual({ move, ...wanted });
    const isWritten = (index: 0 | 1) =>
      before[index]?.metadata.resourceVersion !== after[index]?.metadata.resourceVersion;
    if (isAlone) expect([move, isWritten(1)]).toEqual([move, isWritten(0)]);
    const generations = (index: 0 | 1) =>
      (after[index]?.metadata.generation ?? 0) - (before[index]?.metadata.generation ?? 0);
    expect([move, generations(1)]).toEqual([move, generations(0)]);
  }
}

const shown = ({ status, reason, fields }: Answer) => ({ status, reason, fields });

/** What an object has beside the server's defaults, and who owns it, of the fields that the fake has too. */
function seenOf(object: KubernetesObject, known: KubernetesObject): object {
  const fields = compare({}, content(known), known).changed;
  const managers = managersOf(object).map(({ manager, operation, subresource = '', fieldsV1 = {} }) => {
    const owned: FieldSet = operation === 'Apply' ? fieldsV1 : intersection(fieldsV1, fields);
    const isTold = (path: string) => operation === 'Apply' || !ALWAYS_THERE.test(path);
    return [`${operation} ${manager} ${subresource}`, paths(owned).filter(isTold).sort()] as const;
  });
  const present = managers.filter(([, owned]) => owned.length > 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return { managers: present, content: stated(content(object)) };
}

/** The server makes them empty, so that an update never adds them. */
const ALWAYS_THERE = /\.(resources|strategy|securityContext)$/;

/** What the server fills in, whatever is stated. */
const DEFAULTED = [
  ...['clusterIP', 'clusterIPs', 'internalTrafficPolicy', 'ipFamilies', 'ipFamilyPolicy', 'sessionAffinity', 'type'],
  ...['progressDeadlineSeconds', 'revisionHistoryLimit', 'strategy', 'dnsPolicy', 'restartPolicy', 'schedulerName'],
  ...['terminationGracePeriodSeconds', 'imagePullPolicy', 'terminationMessagePath', 'terminationMessagePolicy'],
  ...['failureThreshold', 'periodSeconds', 'successThreshold', 'timeoutSeconds', 'scheme', 'creationTimestamp'],
];

/** Without defaults, and without what is empty: the server drops or adds it as it likes. */
function stated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => stated(one) ?? {});
  if (!isMap(value)) return value;
  const fields = Object.entries(value).flatMap(([name, inside]) => {
    if (DEFAULTED.includes(name) || (name === 'protocol' && inside === 'TCP') || (name === 'replicas' && inside === 1))
      return [];
    if (name === 'deployment.kubernetes.io/revision') return [];
    const left = stated(inside);
    const isEmpty = left === undefined || (Array.isArray(left) && left.length === 0);
    return isEmpty ? [] : [[name, left] as const];
  });
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}
