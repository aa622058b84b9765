import { execFileSync } from 'node:child_process';
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
  ['version and --help', ['plugin/bin.ts', 'plugin/commands/version.ts'], 62],
  ['a completion', ['plugin/complete.ts'], 31],
  ['status', ['plugin/bin.ts', 'plugin/edges/connection.ts', 'plugin/commands/status.ts'], 190],
  ['promote', ['plugin/bin.ts', 'plugin/edges/connection.ts', 'plugin/commands/promote.ts'], 470],
])('what %s loads is no larger than it was', (_, sources, most) => {
  const size = kilobytes([...new Set(sources.flatMap(loadedBy))]);
  expect(size).toBeLessThan(most);
  // A bound that is far off notices nothing.
  expect(size).toBeGreaterThan(most * 0.75);
});

test('status loads no package but what takes its arguments apart', () => {
  const sources = ['plugin/bin.ts', 'plugin/edges/connection.ts', 'plugin/commands/status.ts'];
  expect([...packagesIn(sources.flatMap(loadedBy))]).toEqual(['yargs-parser']);
});

test('the program as a whole is no larger than it was', () => {
  const size = kilobytes(Object.keys(outputs));
  expect(size).toBeLessThan(1750);
  expect(size).toBeGreaterThan(1750 * 0.75);
});
