/**
 * Where the time of `status` and `promote` goes on Node, as PROFILE.md has it, from profiles of V8's sampler.
 *
 *     npm run bench:profile
 *
 * @see https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { up } from '../cluster/up.js';
import { run } from './process.js';
import { createWarmRelease, LIGHT } from './release.js';

const RUNS = 8;
const INTERVAL_US = 200;
const MOST_LINES = 14;

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

await up();
const release = await createWarmRelease('profile', LIGHT);
const folder = mkdtempSync(join(tmpdir(), 'bluegreen-bench-profile-'));
try {
  const commands: [string, (round: number) => string[]][] = [
    ['status', () => ['status', 'shop']],
    ['promote', (round) => ['promote', 'shop', `--to=${round % 2 ? 'blue' : 'green'}`, '--yes']],
  ];
  for (const [name, argsOf] of commands) {
    const output = join(folder, name);
    const flags = ['--cpu-prof', `--cpu-prof-interval=${INTERVAL_US}`, `--cpu-prof-dir=${output}`];
    for (let round = 0; round < RUNS; round++)
      await run({ argv: ['node', ...flags, 'lib/plugin/bin.js', ...argsOf(round), '-n', release.namespace] });
    const profiles = readdirSync(output).map((file) => JSON.parse(readFileSync(join(output, file), 'utf8')) as Profile);
    process.stdout.write(`${summaryOf(name, profiles)}\n\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
  await release.remove();
}
process.exit(0);

function summaryOf(name: string, profiles: readonly Profile[]): string {
  const times = new Map<string, number>();
  for (const { nodes, samples, timeDeltas } of profiles) {
    const frames = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
    for (const [index, sample] of samples.entries()) {
      const place = frames.get(sample) ?? '';
      times.set(place, (times.get(place) ?? 0) + (timeDeltas[index] ?? 0) / 1000 / profiles.length);
    }
  }
  const total = [...times.values()].reduce((sum, ms) => sum + ms, 0);
  const rows = [...times].sort(([, a], [, b]) => b - a).slice(0, MOST_LINES);
  return [
    `| \`${name}\`, ${total.toFixed(0)} ms under the profiler | ms | % |`,
    '| --- | --- | --- |',
    ...rows.map(([place, ms]) => `| ${place} | ${ms.toFixed(1)} | ${((100 * ms) / total).toFixed(0)} |`),
  ].join('\n');
}

function placeOf({ functionName, url }: Frame): string {
  if (functionName === '(idle)') return 'waiting: for kubectl, the API server, Pods';
  if (functionName === '(garbage collector)') return 'collecting garbage';
  if (functionName === '(program)') return 'native code outside of any function';
  if (url.includes('node:internal/modules') || functionName === 'compileForInternalLoader')
    return "Node: finding, reading and compiling modules, Node's own among them";
  if (url.startsWith('node:')) return 'Node: the rest, such as HTTP, streams and processes';
  const chunk = /lib\/.*?([a-z]+)(?:-[A-Z0-9]{8})?\.js$/.exec(url)?.[1];
  if (chunk !== undefined) return chunk === 'chunk' || chunk === 'bin' ? 'ours: shared chunks' : `ours: ${chunk}`;
  return `native: ${functionName}`;
}
