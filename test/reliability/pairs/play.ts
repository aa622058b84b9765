import { expect } from '@jest/globals';
import { type Color, otherColor } from '../../../charts/names.js';
import type { Api } from '../../../plugin/edges/api.js';
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
  const run = await stage.release.bluegreen(verb, argumentsOf(stage, verb));
  expect({ exitCode: run.exitCode, stderr: run.stderr }).toExitWith(0);
  await expectAsManifests(stage, idle, run.stderr);
}

const argumentsOf = ({ release }: Stage, verb: Step['verb'], ...more: string[]) => [
  ...['-f', release.dist, '--apply-shared', '--timeout=60s', ...more],
  ...(verb === 'promote' ? ['--yes', '--soak=0s'] : []),
];

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
async function expectAsManifests({ api, release, scratch }: Stage, color: Color, said: string): Promise<void> {
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
  // What the other color still runs with stays until that is replaced too.
  const other = JSON.stringify(live.get(`Deployment/shop-${otherColor(color)}`) ?? {});
  const isUsed = (name: string) =>
    isSaidToStay(name, said) ||
    other.includes(`"name":"${name.slice(name.indexOf('/') + 1)}"`) ||
    isAccount(name, other);
  const isLeft = (name: string) => isMeant(name) && !stated.has(name) && !isUsed(name);
  expect([...live.keys()].filter(isLeft)).toEqual([]);
  const { stdout, stderr } = await release.bluegreen('diff', ['-f', release.dist, '-o', 'json']);
  const { changes = [] } = JSON.parse(stdout || '{}') as { changes?: { object: string }[] };
  expect({
    changes: changes.filter(({ object }) => isMeant(object) && (stated.has(object) || !isUsed(object))),
    stderr,
  }).toEqual({ changes: [], stderr });
}

/** What was used until now is deleted by the next deploy, and that is said. */
const isSaidToStay = (name: string, said: string) =>
  new RegExp(`${name.toLowerCase()} is not in the manifests any more, .* left as it is`).test(said);

const isAccount = (name: string, deployment: string) =>
  name.startsWith('ServiceAccount/') && deployment.includes(`"serviceAccountName":"${name.split('/')[1]}"`);

/** The Services of traffic are written by a switch alone. */
const isTraffic = (name: string) => /shop-(active|preview)$/.test(name);
