import { expect } from '@jest/globals';
import { type Color, otherColor } from '../../../charts/names.js';
import type { Api } from '../../../plugin/kube/api.js';
import { objectName } from '../../../plugin/plan/steps.js';
import type { Result } from '../../e2e/support/cluster.js';
import type { TestRelease } from '../../e2e/support/release.js';
import type { FaultyServer } from '../support/faulty-server.js';
import { deviations, essences, liveObjects, manifestsIn } from './cluster.js';
import type { Step, Trouble } from './steps.js';

export interface Stage {
  readonly api: Api;
  readonly release: TestRelease;
  readonly server: FaultyServer;
  /** An empty namespace. */
  readonly scratch: string;
}

/** Plays a step; fails when the cluster is not what the step's spec says, or not what it was before. */
export async function play(stage: Stage, { spec, trouble, verb }: Step): Promise<void> {
  const idle = otherColor((await stage.release.activeColor()) as Color);
  if (trouble.kind !== 'none') await playTrouble(stage, spec, trouble, idle);
  stage.release.synth(spec);
  const named = await namedByDiff(stage, idle);
  const run = await stage.release.bluegreen(verb, argumentsOf(stage, verb));
  expect({ exitCode: run.exitCode, stderr: run.stderr }).toExitWith(0);
  expect({ changed: changedBy(run.stdout), stderr: run.stderr }).toEqual({ changed: named, stderr: run.stderr });
  await expectAsManifests(stage, idle, run.stderr);
}

const argumentsOf = ({ release }: Stage, verb: Step['verb']) => [
  ...['-f', release.dist, '--apply-shared', '--timeout=60s', '-o', 'json'],
  ...(verb === 'promote' ? ['--yes', '--soak=0s'] : []),
];

interface Difference {
  readonly changes?: readonly { readonly object: string }[];
}

async function differences({ release }: Stage) {
  const { stdout, stderr } = await release.bluegreen('diff', ['-f', release.dist, '-o', 'json']);
  const { changes = [] } = JSON.parse(stdout || '{}') as Difference;
  return { objects: changes.map(({ object }) => object), stderr };
}

/** What diff says a deploy to a color would change; the active Service waits for its switch. */
async function namedByDiff(stage: Stage, color: Color): Promise<string[]> {
  const { objects } = await differences(stage);
  return objects.filter((name) => !name.includes(`shop-${otherColor(color)}`) && name !== 'service/shop-active').sort();
}

interface OutcomeStep {
  readonly kind: string;
  readonly objects?: readonly string[];
  readonly services?: readonly string[];
  readonly service?: string;
}

/** What a run says that it changed. */
function changedBy(stdout: string): string[] {
  const { steps } = JSON.parse(stdout) as { steps: readonly OutcomeStep[] };
  const changes = steps.flatMap(({ kind, objects = [], services = [], service }) =>
    kind === 'apply-service' && service !== undefined ? [service] : [...objects, ...services],
  );
  return [...new Set(changes)].filter((name) => name !== 'service/shop-active').sort();
}

async function playTrouble(stage: Stage, spec: Step['spec'], trouble: Trouble, idle: Color): Promise<void> {
  const { release, api } = stage;
  const before = essences(await liveObjects(api, release.namespace));
  const { exitCode, stderr } = await failing(stage, spec, trouble);
  if (exitCode === 0) {
    expect(trouble.kind).toBe('cut');
    await expectAsManifests(stage, idle, stderr);
    return;
  }
  const after = essences(await liveObjects(api, release.namespace));
  expect({ trouble, exitCode, stderr, after }).toEqual({ trouble, exitCode, stderr, after: before });
}

async function failing({ release, server }: Stage, spec: Step['spec'], trouble: Trouble): Promise<Result> {
  if (trouble.kind === 'version') {
    const { version } = trouble;
    release.synth({ ...spec, colors: { blue: { version }, green: { version } } });
    return await release.bluegreen('deploy', ['-f', release.dist, '--apply-shared', '--timeout=4s']);
  }
  release.synth(spec);
  if (trouble.kind !== 'cut') throw new Error(`no trouble: ${trouble.kind}`);
  let writes = 0;
  server.interfere({
    fault: ({ method, path }) => {
      const isWrite = method !== 'GET' && !path.includes('dryRun=') && !path.includes('/leases');
      if (!isWrite || writes++ !== trouble.write) return undefined;
      return { kind: 'reset', when: trouble.when };
    },
  });
  const args = ['-f', release.dist, '--apply-shared', '--timeout=60s'];
  return await release.bluegreen('deploy', args, { env: { ...server.env } });
}

/** What was deployed to a color is as the manifests say, and the plugin says so too. */
async function expectAsManifests(stage: Stage, color: Color, said: string): Promise<void> {
  const { api, release, scratch } = stage;
  const live = await liveObjects(api, release.namespace);
  const isMeant = (name: string) => !name.includes(`shop-${otherColor(color)}`) && !isTraffic(name);
  const manifests = manifestsIn(release.dist).filter(({ kind, metadata }) => isMeant(`${kind}/${metadata.name}`));
  for (const manifest of manifests) {
    const name = `${manifest.kind}/${manifest.metadata.name}`;
    const { wanted, seen, left } = (await deviations(api, live.get(name), manifest, scratch)) as Record<
      string,
      unknown
    >;
    expect({ name, is: seen, left }).toEqual({ name, is: wanted, left: [] });
  }
  const stated = new Set(manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
  const shown = new Set(manifests.map(objectName));
  // What the other color still runs with stays until that is replaced too.
  const other = JSON.stringify(live.get(`Deployment/shop-${otherColor(color)}`) ?? {});
  const isUsed = (name: string) =>
    isSaidToStay(name, said) ||
    other.includes(`"name":"${name.slice(name.indexOf('/') + 1)}"`) ||
    isAccount(name, other);
  const isLeft = (name: string) => isMeant(name) && !stated.has(name) && !isUsed(name);
  expect([...live.keys()].filter(isLeft)).toEqual([]);
  const { objects, stderr } = await differences(stage);
  expect({ left: objects.filter((name) => isMeant(name) && (shown.has(name) || !isUsed(name))), stderr }).toEqual({
    left: [],
    stderr,
  });
}

/** What was used until now is deleted by the next deploy, and that is said. */
const isSaidToStay = (name: string, said: string) =>
  new RegExp(`${name.toLowerCase()} is not in the manifests any more, .* left as it is`).test(said);

const isAccount = (name: string, deployment: string) =>
  name.startsWith('ServiceAccount/') && deployment.includes(`"serviceAccountName":"${name.split('/')[1]}"`);

/** The Services of traffic are written by a switch alone. */
const isTraffic = (name: string) => /shop-(active|preview)$/.test(name);
