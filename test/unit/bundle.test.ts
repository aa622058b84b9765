import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';

interface Output {
  readonly bytes: number;
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>>;
}

const { outputs } = JSON.parse(
  execFileSync(process.execPath, ['build.mjs', '--metafile'], { encoding: 'utf8', maxBuffer: 2 ** 26 }),
) as { outputs: Record<string, Output> };

/** The files that are loaded before a source file's code runs, itself among them. */
function loadedBy(source: string): string[] {
  const start = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === source);
  if (start === undefined) throw new Error(`${source} is no file of its own in the bundle`);
  const loaded = new Set([start]);
  for (const path of loaded)
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (kind === 'import-statement' && !external) loaded.add(next);
  return [...loaded];
}

const kilobytes = (paths: readonly string[]) =>
  paths.reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0) / 1000;

const packagesIn = (paths: readonly string[]) =>
  new Set(
    paths
      .flatMap((path) => Object.entries(outputs[path]?.inputs ?? {}))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([input]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
  );

// Each bound is about a tenth above what was built when it was written: a package more is noticed.
test.each([
  ['version and --help', ['plugin/bin.ts', 'plugin/commands/version/run.ts'], 62],
  ['a completion', ['plugin/cli/complete.ts'], 31],
  ['status', ['plugin/bin.ts', 'plugin/kube/connection.ts', 'plugin/commands/status/run.ts'], 190],
  ['promote', ['plugin/bin.ts', 'plugin/kube/connection.ts', 'plugin/commands/promote/run.ts'], 470],
])('what %s loads is no larger than it was', (_, sources, most) => {
  const size = kilobytes([...new Set(sources.flatMap(loadedBy))]);
  expect(size).toBeLessThan(most);
  // A bound that is far off notices nothing.
  expect(size).toBeGreaterThan(most * 0.75);
});

test('status loads no package but what takes its arguments apart', () => {
  const sources = ['plugin/bin.ts', 'plugin/kube/connection.ts', 'plugin/commands/status/run.ts'];
  expect([...packagesIn(sources.flatMap(loadedBy))]).toEqual(['yargs-parser']);
});

const COMMANDS = readdirSync('plugin/commands', { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() && entry.name !== 'synth' ? [`plugin/commands/${entry.name}/run.ts`] : [],
);

// Zod and cdk8s take longer to load than a command takes: they come when a spec is read.
test.each(['plugin/bin.ts', 'plugin/cli/complete.ts', ...COMMANDS])(
  '%s loads neither zod nor cdk8s at first',
  (source) => {
    const packages = packagesIn(loadedBy(source));
    for (const name of ['zod', 'cdk8s', 'cdk8s-plus-28', 'constructs']) expect(packages).not.toContain(name);
    if (!source.includes('/diff/')) expect(packages).not.toContain('diff');
  },
);

test('a completion loads nothing that asks kubectl, until it has to', () => {
  const packages = packagesIn(loadedBy('plugin/cli/complete.ts'));
  for (const name of ['execa', 'got', 'yaml', 'yargs']) expect(packages).not.toContain(name);
});

test('the program as a whole is no larger than it was', () => {
  const size = kilobytes(Object.keys(outputs));
  expect(size).toBeLessThan(1750);
  expect(size).toBeGreaterThan(1750 * 0.75);
});
