import { ownTemporaryFolder, removeTemporaryFolder, runThrough } from './cut-off.js';
import { shapeOf } from './faults.js';

/** How often a run asks the API server what, by the shape of the request; colors stand in it as COLOR. */
export type Requests = ReadonlyMap<string, number>;

/**
 * Runs the plugin and counts what it asks.
 *
 * @throws Error with its words when it does not end with 0
 */
export async function requestsOf(argv: readonly string[]): Promise<Requests> {
  const folder = ownTemporaryFolder();
  const { exitCode, words, exchanges } = await runThrough(argv, folder);
  removeTemporaryFolder(folder);
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${exitCode}: ${words}`);
  const counts = new Map<string, number>();
  for (const exchange of exchanges) {
    const shape = shapeOf(exchange).replace(/-(blue|green)\b/, '-COLOR');
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

export const isTunnel = (shape: string): boolean => shape.endsWith('/portforward');

/**
 * Reads that are repeated until the EndpointSlices have followed, as often as that takes; and watches, which are begun and
 * given up at once where there is nothing to wait for.
 */
export const isRepeated = (shape: string): boolean => /\/(endpointslices|pods)$|\(watch\)$/.test(shape);

export const sumOf = (counts: Requests, belongs: (shape: string) => boolean): number =>
  [...counts].reduce((sum, [shape, count]) => sum + (belongs(shape) ? count : 0), 0);
